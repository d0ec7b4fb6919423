// Samplers: the order of a dataset's images in an epoch, and their random transforms.

import { deriveSeed } from '../random/deriveSeed.js';
import { MersenneTwister } from '../random/generator.js';
import { isVaried } from './augmentation/augment.js';
import { identity, randomFlip, type Transform, type TransformOptions } from './augmentation/transform.js';

/** An image of the dataset as an epoch sees it. */
export interface Sample {
  /** In the dataset. */
  readonly index: number;
  readonly transform: Transform;
}

/** One stream of random numbers for each purpose, so that none depends on how far another was read. */
const stream = { order: 1, flips: 2, views: 4 } as const;

/**
 * A training epoch: all `indices` once, shuffled and transformed. Both depend on the seed and the epoch alone, so any
 * epoch can be repeated without those before it. With `views`, the transforms of the first `views` epochs recur.
 */
export function trainingSamples(
  indices: readonly number[],
  options: TransformOptions & { seed: number; epoch: number },
): Sample[] {
  const { seed, epoch, augment, views = epoch } = options;
  const order = new MersenneTwister(deriveSeed(seed, stream.order, epoch)).randperm(indices.length);
  const flips = new MersenneTwister(deriveSeed(seed, stream.flips, epoch));
  const view = ((epoch - 1) % views) + 1;
  const transformOf = (index: number): Transform =>
    isVaried(augment)
      ? { flip: false, random: { augment, seed: deriveSeed(seed, stream.views, view, index) } }
      : randomFlip(augment, () => flips.rand());
  return Array.from(order, (position) => {
    const index = indices[position]!;
    return { index, transform: transformOf(index) };
  });
}

/** Images without a random transform, in the given order: for validation and prediction. */
export const inOrder = (indices: readonly number[]): Sample[] =>
  indices.map((index) => ({ index, transform: identity }));

/** `items` in consecutive pieces of `size`; the last may be shorter. */
export function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
