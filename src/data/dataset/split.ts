// The split of a dataset into a training and a validation side.

import { dataError } from '../../core/errors.js';
import { examples } from '../../core/text.js';
import { deriveSeed } from '../../random/deriveSeed.js';
import { MersenneTwister } from '../../random/generator.js';
import type { ImageFolder } from './scan.js';
import { drawRandom, drawStratified, unitsOf } from './validationSplit.js';

/**
 * - `stratified`: the share of each class. The images of a class depend on the seed and on the class's size, not on
 *   other classes.
 * - `random`: the share of all images.
 * - `torch`: that of `random_split(images, [int((1 - share) * n), the rest])` after `torch.manual_seed(seed)`, in its
 *   order, so that PyTorch's shuffling gives the same order of images.
 */
export type SplitMethod = 'stratified' | 'random' | 'torch';

export interface SplitOptions {
  readonly method: SplitMethod;
  /** The share for validation, from 0 to 1. */
  readonly share: number;
  readonly seed: number;
}

/** Indices of samples, in the scan's order (`torch`: in random_split's). */
export interface Split {
  readonly train: number[];
  readonly validation: number[];
}

type Samples = readonly { readonly label: number }[];

/** Distinguishes the split's random numbers from those of an epoch. */
const splitStream = 3;

/**
 * Splits `samples`: of n images, int((1 - share) * n) are for training. `stratified` rounds the classes' shares by the
 * largest remainder, but leaves each class of two or more images at least one on each side, and the only image of a
 * class to the training.
 *
 * The samples of each list in `together` (no sample is in two) stay on one side, so that validation may get a few
 * less; not with `torch`, which is exactly random_split's.
 *
 * Throws a data error where nothing would be left to train on.
 */
export function splitSamples(
  samples: Samples,
  options: SplitOptions,
  together: readonly (readonly number[])[] = [],
): Split {
  const split = divide(samples, options, together);
  if (split.train.length > 0) return split;
  throw dataError(
    `Nothing is left to train on: with a validation share of ${options.share}, all ${samples.length} images are ` +
      'for validation.',
    'Take a smaller share (--val-split) or add images.',
  );
}

function divide(
  samples: Samples,
  { method, share, seed }: SplitOptions,
  together: readonly (readonly number[])[],
): Split {
  const all = samples.map((_, index) => index);
  const kept = trainingCount(samples.length, share);
  if (method === 'torch') {
    const order = [...new MersenneTwister(seed).randperm(samples.length)];
    return { train: order.slice(0, kept), validation: order.slice(kept) };
  }
  if (share === 0) return { train: all, validation: [] };
  const ownSeed = deriveSeed(seed, splitStream);
  const unitOf = unitsOf(together);
  const labels = samples.map(({ label }) => label);
  const validationCount = (n: number) => n - trainingCount(n, share);
  const drawn = new Set(
    method === 'random'
      ? drawRandom(samples.length, kept, ownSeed, unitOf)
      : drawStratified(labels, share, validationCount, ownSeed, unitOf),
  );
  return {
    train: all.filter((index) => !drawn.has(index)),
    validation: all.filter((index) => drawn.has(index)),
  };
}

/** int((1 - share) * n), where 1 - 0.9 is 0.1. */
const trainingCount = (n: number, share: number): number =>
  Math.trunc(Number((1 - share).toPrecision(12)) * n);

/** Sentences for the user about classes that are missing on one side. */
export function splitWarnings(
  { samples, classes }: Pick<ImageFolder, 'samples' | 'classes'>,
  split: Split,
): string[] {
  const missingFrom = (side: readonly number[]) => {
    const labels = new Set(side.map((index) => samples[index]!.label));
    return classes.filter((_, label) => !labels.has(label));
  };
  const untrained = missingFrom(split.train);
  const unvalidated = split.validation.length > 0 ? missingFrom(split.validation) : [];
  return [
    ...(untrained.length > 0 ? [`Classes without an image to train on: ${examples(untrained)}.`] : []),
    ...(unvalidated.length > 0 ? [`Classes without an image for validation: ${examples(unvalidated)}.`] : []),
  ];
}

/**
 * The content of split.json: every file with its class and side, in the scan's order, and the groups that were kept
 * `together`.
 */
export function splitRecord(
  { samples, classes }: ImageFolder,
  split: Split,
  options: SplitOptions,
  together: readonly (readonly number[])[] = [],
) {
  const validation = new Set(split.validation);
  const kept = options.method === 'torch' ? [] : together;
  return {
    schema: 1,
    seed: options.seed,
    method: options.method,
    share: options.share,
    classes,
    files: samples.map(({ path, label }, index) => ({
      file: path,
      class: classes[label]!,
      side: validation.has(index) ? 'validation' : 'train',
    })),
    ...(kept.length > 0 && { together: kept.map((group) => group.map((index) => samples[index]!.path)) }),
  };
}
