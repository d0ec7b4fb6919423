// The folds of a cross-validation.

import { unitsOf } from '../data/dataset/validationSplit.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { MersenneTwister } from '../random/generator.js';

interface FoldOptions {
  readonly folds: number;
  readonly seed: number;
  /** Lists of images that stay in one fold; no image is in two. */
  readonly together: readonly (readonly number[])[];
}

/** Distinguishes these random numbers from those of a split (data/dataset/split.ts) and an epoch. */
const foldStream = 4;

/**
 * The fold of each image, from 0. Each class is divided evenly, up to one image, or one list of `together`, per fold.
 */
export function foldsOf(labels: readonly number[], { folds, seed, together }: FoldOptions): Int32Array {
  const unitOf = unitsOf(together);
  const foldOf = new Int32Array(labels.length).fill(-1);
  const units = new Map<number, number>();
  for (const index of new MersenneTwister(deriveSeed(seed, foldStream)).randperm(labels.length)) {
    if (foldOf[index] !== -1) continue;
    const count = units.get(labels[index]!) ?? 0;
    for (const member of unitOf(index)) foldOf[member] = count % folds;
    units.set(labels[index]!, count + 1);
  }
  return foldOf;
}
