// Which images are trained on, and which the training is judged by.

import { dataError } from '../core/errors.js';
import { examples } from '../core/text.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { MersenneTwister } from '../random/generator.js';
import type { ImageFolder } from './scan.js';
import { drawRandom, drawStratified, unitsOf } from './validationSplit.js';

/**
 * - `stratified`: the share of each class. Which images of a class are drawn depends on the seed and on the number
 *   of its images, never on other classes.
 * - `random`: the share of all images.
 * - `torch`: what `random_split(images, [int((1 - share) * n), the rest])` draws after `torch.manual_seed(seed)`, in
 *   that order: an epoch that is shuffled as PyTorch does it then meets the same images at the same places.
 */
type SplitMethod = 'stratified' | 'random' | 'torch';

export interface SplitOptions {
  readonly method: SplitMethod;
  /** How much is for validation, from 0 to 1. */
  readonly share: number;
  readonly seed: number;
}

/** Samples by their index, in the scan's order (`torch`: as drawn). */
export interface Split {
  readonly train: number[];
  readonly validation: number[];
}

type Samples = readonly { readonly label: number }[];

/** What the seed is derived with, besides the streams of an epoch's draws. */
const splitStream = 3;

/**
 * Divides `samples`. Of n images, int((1 - share) * n) are trained on. `stratified` rounds the classes' shares by
 * the largest remainder to come out there, but leaves each class of two or more images one on each side, and a
 * class's only image to the training. A share of 0 leaves all to the training.
 *
 * The samples of each list in `together` (none is in two) are kept on one side, but for `torch`, which draws what
 * random_split draws. Then there may be a few less for validation. Without lists the split is the same as ever.
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

/** Sentences for the user about classes that are missing on one side; none where all is as it should be. */
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
 * What split.json keeps: every file, its class and its side, in the scan's order; and which files were kept `together`,
 * where there are any.
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
