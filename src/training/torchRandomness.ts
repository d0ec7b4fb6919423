// The random numbers of a PyTorch script, for `--reference torch`. One generator is used for everything in turn: the
// split, the network's first values, and in each epoch the order, then batch by batch the flips and the dropout masks.
// Source: the script bench/notebook.py; torch/utils/data/dataloader.py, sampler.py; torchvision's
// RandomHorizontalFlip.

import * as tf from '@tensorflow/tfjs-core';
import { randomFlip, randomNumbers } from '../data/augmentation/transform.js';
import { chunksOf, type Sample } from '../data/sampler.js';
import { dropoutInputs, type Layer } from '../model/layers.js';
import { MersenneTwister } from '../random/generator.js';
import type { EpochSamples, Randomness } from './randomness.js';

/** torch's default generator after `manual_seed(seed)` and the `random_split` of that many images. */
export function generatorAfterSplit(seed: number, images: number): MersenneTwister {
  const generator = new MersenneTwister(seed);
  generator.skip(Math.max(0, images - 1));
  return generator;
}

/**
 * The script's samples and masks from `generator`, in its state after the network's initialization, with both sides in
 * the split's order: `DataLoader(shuffle=True, num_workers=0)` for training, without `shuffle` for validation, whose
 * images are flipped as well, since the script has one dataset with one transform.
 *
 * An epoch's flips are needed before its masks, though one generator gives both. So there are two: one runs ahead
 * through the whole epoch and skips the masks, the other follows and gives the masks.
 */
export function torchRandomness(options: {
  generator: MersenneTwister;
  train: readonly number[];
  validation: readonly number[];
  augment: string;
  batchSize: number;
  layers: readonly Layer[];
}): Randomness {
  const { generator: ahead, train, validation, augment, batchSize, layers } = options;
  const behind = new MersenneTwister(0);
  const stepsPerEpoch = Math.ceil(train.length / batchSize);
  const maskDraws = 2 * dropoutInputs(layers).reduce((sum, width) => sum + width, 0); // an image
  const transformDraws = randomNumbers(augment);
  let planned = 0; // epochs
  let masked = 0; // steps, of the whole training

  const transformed = (indices: readonly number[]): Sample[] =>
    indices.map((index) => ({ index, transform: randomFlip(augment, () => ahead.rand()) }));
  const sizeOfBatch = (step: number) =>
    Math.min(batchSize, train.length - (step % stepsPerEpoch) * batchSize);

  const plan = (): EpochSamples => {
    ahead.random63(); // the base seed of the loader's workers, which is drawn even without workers
    const order = new MersenneTwister(ahead.random63()).randperm(train.length);
    behind.restore(ahead.state());
    masked = planned * stepsPerEpoch;
    const shuffled = Array.from(order, (position) => train[position]!);
    const samples: Sample[] = [];
    for (const batch of chunksOf(shuffled, batchSize)) {
      samples.push(...transformed(batch));
      ahead.skip(batch.length * maskDraws);
    }
    planned += 1;
    if (validation.length > 0) ahead.random63(); // the other loader's
    return { train: samples, validation: transformed(validation) };
  };

  return {
    epoch: (epoch) => {
      while (planned < epoch - 1) plan();
      return plan();
    },
    dropout: (step) => {
      for (; masked < step; masked++) behind.skip(sizeOfBatch(masked) * (transformDraws + maskDraws));
      behind.skip(sizeOfBatch(step) * transformDraws);
      masked += 1;
      return (_layer, shape, p) => {
        const mask = new Float32Array(shape.reduce((product, n) => product * n, 1));
        behind.dropoutMask(mask, p);
        return tf.tensor(mask, shape);
      };
    },
  };
}
