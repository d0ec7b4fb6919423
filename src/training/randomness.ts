// What a training leaves to chance: which image comes when, which is mirrored, which activations are dropped.

import * as tf from '@tensorflow/tfjs-core';
import { inOrder, type Sample, trainingSamples } from '../data/sampler.js';
import type { Augment } from '../data/transforms/transform.js';
import type { Engine } from '../engine/engine.js';
import type { DropoutMask } from '../model/network.js';
import { deriveSeed } from '../random/deriveSeed.js';

/** An epoch's samples, in order. */
export interface EpochSamples {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
}

/** Everything that is random in a training after its network has been made. */
export interface Randomness {
  /** The samples of an epoch, from 1. Epochs are asked for in their order; some may be left out. */
  epoch(epoch: number): EpochSamples;
  /** The dropout masks of a step of that epoch; `step` counts all steps of the training, from 0, in their order. */
  dropout(step: number): DropoutMask;
}

/** The seed's stream of dropout masks. (data/sampler.ts has others; data/split.ts uses 3 with another generator.) */
const dropoutStream = 3;

/**
 * alexft's own: every sample depends on the seed and on its place in the training, and on nothing that was drawn before.
 * So any step can be repeated without those before it. Dropout masks come from the engine's own generator.
 */
export function seededRandomness(options: {
  engine: Engine;
  train: readonly number[];
  validation: readonly number[];
  seed: number;
  augment: Augment;
}): Randomness {
  const { engine, train, validation, seed, augment } = options;
  const dropoutSeed = deriveSeed(seed, dropoutStream) | 0;
  return {
    epoch: (epoch) => ({
      train: trainingSamples(train, { seed, augment, epoch }),
      validation: inOrder(validation),
    }),
    dropout: (step) => (layer, shape, p) =>
      tf.tidy(() => {
        const kept = tf.greaterEqual(engine.uniform(shape, [dropoutSeed, deriveSeed(step, layer) | 0]), p);
        return tf.mul(tf.cast(kept, 'float32'), 1 / (1 - p));
      }),
  };
}
