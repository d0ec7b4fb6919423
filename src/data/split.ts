// Which pictures are trained on, and which the training is judged by.

import { dataError } from '../errors.js';
import { deriveSeed, MersenneTwister } from '../random.js';
import { examples } from './examples.js';
import type { ImageFolder } from './scan.js';

/**
 * - `stratified`: the share of each class. Which pictures of a class are drawn depends on the seed and on the number
 *   of its pictures, never on other classes.
 * - `random`: the share of all pictures.
 * - `torch`: what `random_split(pictures, [int((1 - share) * n), the rest])` draws after `torch.manual_seed(seed)`, in
 *   that order: an epoch that is shuffled as PyTorch does it then meets the same pictures at the same places.
 */
export type SplitMethod = 'stratified' | 'random' | 'torch';

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
 * Divides `samples`. Of n pictures, int((1 - share) * n) are trained on. `stratified` rounds the classes' shares by
 * the largest remainder to come out there, but leaves each class of two or more pictures one on each side, and a
 * class's only picture to the training. A share of 0 leaves all to the training.
 *
 * Throws a data error where nothing would be left to train on.
 */
export function splitSamples(samples: Samples, options: SplitOptions): Split {
  const split = divide(samples, options);
  if (split.train.length > 0) return split;
  throw dataError(
    `Nothing is left to train on: with a validation share of ${options.share}, all ${samples.length} pictures are ` +
      'for validation.',
    'Take a smaller share (--val-split) or add pictures.',
  );
}

function divide(samples: Samples, { method, share, seed }: SplitOptions): Split {
  const all = samples.map((_, index) => index);
  const kept = trainingCount(samples.length, share);
  if (method === 'torch') {
    const order = [...new MersenneTwister(seed).randperm(samples.length)];
    return { train: order.slice(0, kept), validation: order.slice(kept) };
  }
  if (share === 0) return { train: all, validation: [] };
  const ownSeed = deriveSeed(seed, splitStream);
  const drawn = new Set(
    method === 'random'
      ? new MersenneTwister(ownSeed).randperm(samples.length).subarray(kept)
      : drawStratified(samples, share, ownSeed),
  );
  return {
    train: all.filter((index) => !drawn.has(index)),
    validation: all.filter((index) => drawn.has(index)),
  };
}

/** int((1 - share) * n), where 1 - 0.9 is 0.1. */
const trainingCount = (n: number, share: number): number =>
  Math.trunc(Number((1 - share).toPrecision(12)) * n);

function drawStratified(samples: Samples, share: number, seed: number): number[] {
  const classes = new Map<number, number[]>();
  samples.forEach(({ label }, index) => {
    const members = classes.get(label);
    if (members) members.push(index);
    else classes.set(label, [index]);
  });
  const divisible = [...classes.values()].filter((members) => members.length > 1);
  const counts = apportion(
    divisible.map((members) => members.length),
    share,
  );
  return divisible.flatMap((members, index) => {
    const count = Math.min(Math.max(counts[index]!, 1), members.length - 1);
    // Each class draws from the same stream from its start: so its pictures don't hang on which classes come before.
    const order = new MersenneTwister(seed).randperm(members.length);
    return Array.from(order.subarray(0, count), (position) => members[position]!);
  });
}

/** `share` of each size, in whole numbers, by the largest remainder; the earlier of equals. */
function apportion(sizes: readonly number[], share: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const counts = sizes.map((size) => Math.floor(size * share));
  const missing = total - trainingCount(total, share) - counts.reduce((sum, count) => sum + count, 0);
  const remainders = sizes.map((size, index) => ({ index, remainder: size * share - counts[index]! }));
  remainders.sort((a, b) => b.remainder - a.remainder);
  for (const { index } of remainders.slice(0, missing)) counts[index]! += 1;
  return counts;
}

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
    ...(untrained.length > 0 ? [`Classes without a picture to train on: ${examples(untrained)}.`] : []),
    ...(unvalidated.length > 0
      ? [`Classes without a picture for validation: ${examples(unvalidated)}.`]
      : []),
  ];
}

/** What split.json keeps: every file, its class and its side, in the scan's order. */
export function splitRecord({ samples, classes }: ImageFolder, split: Split, options: SplitOptions) {
  const validation = new Set(split.validation);
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
  };
}
