// Mixup (Zhang et al., 2018): each image of a batch is mixed with the one before it.
// Source: MixUp in transforms/v2/_augment.py of torchvision 0.28.

import * as tf from '@tensorflow/tfjs-core';
import { sampleBeta } from '../../random/beta.js';
import { deriveSeed } from '../../random/deriveSeed.js';
import { MersenneTwister } from '../../random/generator.js';

/** The seed's stream of shares; randomness.ts and data/sampler.ts have others. */
const mixupStream = 5;

/** The share of its own image in each mixed one, for the step counted from 0 over all epochs. */
export const mixShare = (seed: number, step: number, alpha: number): number =>
  sampleBeta(new MersenneTwister(deriveSeed(seed, mixupStream, step)), alpha);

/** `share` of each row and 1 - `share` of the row before it; the first is mixed with the last. */
export const mixed = (rows: tf.Tensor, share: number): tf.Tensor =>
  tf.tidy(() => {
    const last = rows.shape[0]! - 1;
    const before = tf.concat([tf.slice(rows, last, 1), tf.slice(rows, 0, last)]);
    return tf.add(tf.mul(before, 1 - share), tf.mul(rows, share));
  });

/** The label of the row before each. */
export const labelsBefore = (labels: Int32Array): Int32Array => labels.map((_, row) => labels.at(row - 1)!);

/** The label that has the larger share of each mixed row. */
export const mainLabels = (labels: Int32Array, share: number): Int32Array =>
  share >= 0.5 ? labels : labelsBefore(labels);
