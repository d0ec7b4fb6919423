// An exponential moving average of parameters, as PyTorch's AveragedModel with get_ema_multi_avg_fn
// (torch/optim/swa_utils.py), and a decay that rises as in TensorFlow's ExponentialMovingAverage.

import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Parameter } from '../../engine/engine.js';

/** The kind of an average in an optimizer's state. */
export const averageName = 'average';

/** The decay of the update after `updates` others: at first smaller, so that the first values do not stay. */
export const decayAfter = (updates: number, decay: number): number =>
  Math.min(decay, (1 + updates) / (10 + updates));

/** `average += (1 - decay) * (parameter - average)`. */
export function moveAverage(engine: Engine, average: Parameter, parameter: Parameter, decay: number): void {
  const difference = tf.tidy(() => tf.sub(average.read(), parameter.read()));
  engine.applyGradientDescent(average, difference, 1 - decay);
  difference.dispose();
}
