// Samplers: the order of a dataset's images in an epoch, and their random transforms.

import { deriveSeed } from '../random/deriveSeed.js';
import { MersenneTwister } from '../random/generator.js';
import { type Augment, identity, randomTransform, type Transform } from './transforms/transform.js';

/** An image of the dataset as an epoch sees it. */
export interface Sample {
  /** In the dataset. */
  readonly index: number;
  readonly transform: Transform;
}

/** One stream of random numbers for each purpose, so that none depends on how far another was read. */
const stream = { order: 1, transforms: 2 } as const;

/**
 * A training epoch: all `indices` once, shuffled and transformed. Both depend on the seed and the epoch alone, so any
 * epoch can be repeated without those before it.
 */
export function trainingSamples(
  indices: readonly number[],
  options: { seed: number; epoch: number; augment: Augment },
): Sample[] {
  const { seed, epoch, augment } = options;
  const order = new MersenneTwister(deriveSeed(seed, stream.order, epoch)).randperm(indices.length);
  const transforms = new MersenneTwister(deriveSeed(seed, stream.transforms, epoch));
  return Array.from(order, (position) => ({
    index: indices[position]!,
    transform: randomTransform(augment, () => transforms.rand()),
  }));
}

/** Images without a random transform, in the given order: for validation and prediction. */
export const inOrder = (indices: readonly number[]): Sample[] =>
  indices.map((index) => ({ index, transform: identity }));

/** `items` in consecutive pieces of `size`; the last may be shorter. */
export function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
