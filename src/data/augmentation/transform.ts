// Random transforms of training images. A transform is plain data: it is posted to workers, and its key is part of the
// name of cached features.

import { isVaried } from './augment.js';

/** The transform of one image, in addition to the preprocessing. */
export interface Transform {
  /** Mirror left to right, as torchvision's RandomHorizontalFlip does. */
  readonly flip: boolean;
  /** Instead, the transforms of the list `augment`, whose parameters are sampled from a generator with this seed. */
  readonly random?: { readonly augment: string; readonly seed: number };
}

export const identity: Transform = { flip: false };
const horizontalFlip: Transform = { flip: true };

/** A unique key; empty for the identity. */
export const transformKey = ({ flip, random }: Transform): string =>
  random ? `${random.augment}@${random.seed}` : flip ? 'flip' : '';

/** Whether it may set a part of the normalized image to 0. */
export const erases = ({ random }: Transform): boolean => random?.augment.includes('erase') ?? false;

/** Samples a flip, or none. Calls `rand`, which returns numbers in [0, 1), `randomNumbers(augment)` times. */
export const randomFlip = (augment: string, rand: () => number): Transform =>
  augment === 'flip' && rand() < 0.5 ? horizontalFlip : identity;

export const randomNumbers = (augment: string): number => (augment === 'flip' ? 1 : 0);

/** The options of a training that decide how many transforms an image has. */
export interface TransformOptions {
  readonly augment: string;
  /** The number of random views of each image. Default: another view in each epoch. */
  readonly views?: number | undefined;
}

/** Whether an image has other transforms in each epoch, so that features of them are not worth storing. */
export const isEndless = ({ augment, views }: TransformOptions): boolean =>
  isVaried(augment) && views === undefined;

/** The largest number of stored feature rows per image, that of validation included. */
export const transformCount = ({ augment, views }: TransformOptions): number =>
  isVaried(augment) ? (views ?? 0) + 1 : 1 + randomNumbers(augment);
