// SGD, Adam and AdamW as PyTorch computes them (torch/optim/sgd.py, adam.py, adamw.py).

import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Parameter } from '../../engine/engine.js';
import { copiedOut, fromTorch } from '../../model/layout.js';
import type { StateDict } from '../../model/stateDict.js';
import { averageName, decayAfter, moveAverage } from './average.js';
import type { OptimizerOptions } from './optimizerOptions.js';

export interface Optimizer {
  /**
   * Begins a step. The function that it returns updates parameters by their gradients, each parameter once in a step;
   * the caller disposes of the gradients.
   */
  beginStep(learningRate: number): (gradients: ReadonlyMap<string, tf.Tensor>) => void;
  /** The averages of the parameters, where there is one. */
  readonly averages?: ReadonlyMap<string, Parameter> | undefined;
  /** The optimizer's state. Each tensor is copied out of the engine when its data is read. */
  state(): OptimizerState;
  dispose(): void;
}

export interface OptimizerState {
  /** Updates done so far. */
  readonly steps: number;
  /** PyTorch's names for a parameter's state, and the parameter's: `exp_avg.features.0.weight`. In PyTorch's layout. */
  readonly tensors: StateDict;
}

const beta1 = 0.9;
// TensorFlow and the decay below see beta2 rounded to float32; the bias correction has to use the same number.
const beta2 = Math.fround(0.999);
const epsilon = 1e-8;

/** The schedule's learning rate, which a step has a share of, and one that differs by layer. */
interface Rates {
  readonly lr?: number;
  /** Of the convolutions. Default: `lr`. */
  readonly lrFeatures?: number | undefined;
}

/** An optimizer of `parameters`, with a fresh state or that of one with the same options. */
export function createOptimizer(
  engine: Engine,
  parameters: ReadonlyMap<string, Parameter>,
  options: OptimizerOptions & Rates,
  from?: OptimizerState,
): Optimizer {
  const { optimizer, momentum, weightDecay, ema = 1, lr = 1, lrFeatures = lr } = options;
  /** The share of the step's learning rate that a parameter has. */
  const shareOf = (name: string) => (name.startsWith('features.') ? lrFeatures / lr : 1);
  /** The state of each parameter, by its name in the state. */
  const buffers = new Map<string, Parameter>();
  for (const [name, parameter] of parameters) {
    for (const kind of momentNames(options)) {
      const saved = from?.tensors.get(`${kind}.${name}`);
      const initial = kind === averageName ? parameter.values() : undefined; // zeros
      const values = saved ? fromTorch(saved).data : initial;
      buffers.set(`${kind}.${name}`, engine.parameter(parameter.shape, values));
    }
  }
  let steps = from?.steps ?? 0;
  /** AdamW decays parameters instead of gradients. One tensor for all: a GPU waits where one is uploaded. */
  const l2 = weightDecay > 0 && optimizer !== 'adamw' ? tf.keep(tf.scalar(weightDecay)) : undefined;

  const update = (name: string, gradient: tf.Tensor, learningRate: number) => {
    const parameter = parameters.get(name)!;
    if (optimizer === 'sgd') {
      const buffer = buffers.get(`momentum_buffer.${name}`);
      if (buffer) engine.applyMomentum(parameter, buffer, gradient, { learningRate, momentum });
      else engine.applyGradientDescent(parameter, gradient, learningRate);
      return;
    }
    // PyTorch divides by the bias corrections one by one and adds epsilon to the corrected root. Multiplying
    // numerator and denominator by the second correction's root gives the form that the engine has.
    const root2 = Math.sqrt(1 - beta2 ** steps);
    const [m, v] = [buffers.get(`exp_avg.${name}`)!, buffers.get(`exp_avg_sq.${name}`)!];
    engine.applyAdam(parameter, { m, v }, gradient, {
      learningRate: (learningRate * root2) / (1 - beta1 ** steps),
      beta1,
      beta2,
      epsilon: epsilon * root2,
    });
  };

  return {
    beginStep(rate) {
      steps += 1;
      return (gradients) => {
        for (const [name, gradient] of gradients) {
          const learningRate = rate * shareOf(name);
          if (l2) {
            const decayed = tf.tidy(() => tf.add(gradient, tf.mul(parameters.get(name)!.read(), l2)));
            update(name, decayed, learningRate);
            decayed.dispose();
          } else {
            if (weightDecay > 0) decay(engine, parameters.get(name)!, learningRate * weightDecay);
            update(name, gradient, learningRate);
          }
          const average = buffers.get(`${averageName}.${name}`);
          if (average) moveAverage(engine, average, parameters.get(name)!, decayAfter(steps - 1, ema));
        }
      };
    },
    averages:
      options.ema === undefined
        ? undefined
        : new Map(Array.from(parameters.keys(), (name) => [name, buffers.get(`${averageName}.${name}`)!])),
    state: () => ({
      steps,
      tensors: new Map(Array.from(buffers, ([name, buffer]) => [name, copiedOut(buffer)])),
    }),
    dispose: () => {
      l2?.dispose();
      for (const buffer of buffers.values()) buffer.dispose();
    },
  };
}

/** The state of each parameter, by PyTorch's names; and its average. */
export const momentNames = ({
  optimizer,
  momentum,
  ema,
}: Pick<OptimizerOptions, 'optimizer' | 'momentum' | 'ema'>): readonly string[] => [
  ...(optimizer !== 'sgd' ? ['exp_avg', 'exp_avg_sq'] : momentum > 0 ? ['momentum_buffer'] : []),
  ...(ema === undefined ? [] : [averageName]),
];

/** `parameter -= share * parameter`. */
function decay(engine: Engine, parameter: Parameter, share: number): void {
  const value = parameter.read();
  engine.applyGradientDescent(parameter, value, share);
  value.dispose();
}
