// The golden images of a narrow network: golden_training.py's training_batch.

import * as tf from '@tensorflow/tfjs-core';
import { MersenneTwister } from '../../dist/random/generator.js';

/** The images of a step, drawn in PyTorch's order of axes, brighter by their class in one channel: [n, 224, 224, 3]. */
export function goldenBatch(labels: ArrayLike<number>, step: number): tf.Tensor {
  const plane = 224 * 224;
  const values = new Float32Array(labels.length * 3 * plane);
  new MersenneTwister(500 + step).uniform(values, -2, 2);
  Array.from(labels).forEach((label, i) => {
    const start = (3 * i + label) * plane;
    for (let pixel = start; pixel < start + plane; pixel++) values[pixel]! += 2;
  });
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [labels.length, 3, 224, 224]), [0, 2, 3, 1]));
}
