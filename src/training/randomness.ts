// The random parts of a training: the order of the images, their transforms, and dropout.

import * as tf from '@tensorflow/tfjs-core';
import type { TransformOptions } from '../data/augmentation/transform.js';
import { inOrder, type Sample, trainingSamples } from '../data/sampler.js';
import type { Engine } from '../engine/engine.js';
import type { DropoutMask } from '../model/network.js';
import { deriveSeed } from '../random/deriveSeed.js';

/** An epoch's samples, in order. */
export interface EpochSamples {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
}

/** Everything that is random in a training once its network is initialized. */
export interface Randomness {
  /** The samples of an epoch, from 1. Epochs are requested in order; some may be skipped. */
  epoch(epoch: number): EpochSamples;
  /** The dropout masks of a step of that epoch, counted from 0 over all epochs. Steps are requested in order. */
  dropout(step: number): DropoutMask;
}

/** The seed's stream of dropout masks. data/sampler.ts has others; data/dataset/split.ts uses 3 elsewhere. */
const dropoutStream = 3;

/**
 * alexft's own: all random numbers depend on the seed and the position in the training alone, so any step can be
 * repeated without those before it. Dropout masks come from the engine's generator.
 */
export function seededRandomness(
  options: TransformOptions & {
    engine: Engine;
    train: readonly number[];
    validation: readonly number[];
    seed: number;
  },
): Randomness {
  const { engine, train, validation, seed } = options;
  const dropoutSeed = deriveSeed(seed, dropoutStream) | 0;
  return {
    epoch: (epoch) => ({
      train: trainingSamples(train, { ...options, epoch }),
      validation: inOrder(validation),
    }),
    dropout: (step) => (layer, shape, p) =>
      tf.tidy(() => {
        const kept = tf.greaterEqual(engine.uniform(shape, [dropoutSeed, deriveSeed(step, layer) | 0]), p);
        return tf.mul(tf.cast(kept, 'float32'), 1 / (1 - p));
      }),
  };
}
