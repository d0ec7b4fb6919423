// Which pictures an epoch draws, in which order, and which of them it mirrors.

import { deriveSeed, MersenneTwister } from '../random.js';

/** One look at a picture. */
export interface Draw {
  /** The picture's index in the scan. */
  readonly sample: number;
  /** Mirrored left to right. */
  readonly flip: boolean;
}

/** Each stream of random numbers is for one purpose, so that none depends on how far another was read. */
const stream = { order: 1, flip: 2 } as const;

/**
 * A training epoch: all `samples` once, in an order and with flips that depend on the seed and the epoch alone
 * (so that any epoch can be drawn again without those before it).
 */
export function trainingDraws(
  samples: readonly number[],
  options: { seed: number; epoch: number; augment: 'none' | 'flip' },
): Draw[] {
  const { seed, epoch, augment } = options;
  const order = new MersenneTwister(deriveSeed(seed, stream.order, epoch)).randperm(samples.length);
  const flips = new MersenneTwister(deriveSeed(seed, stream.flip, epoch));
  return Array.from(order, (position) => ({
    sample: samples[position]!,
    flip: augment === 'flip' && flips.rand() < 0.5,
  }));
}

/** Pictures as they are, in the order of the scan: for validation and prediction. */
export const plainDraws = (samples: readonly number[]): Draw[] =>
  samples.map((sample) => ({ sample, flip: false }));

/** `items` in consecutive pieces of `size`; the last may be shorter. */
export function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
