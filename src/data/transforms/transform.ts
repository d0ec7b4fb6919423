// Random transforms of training images. A transform is plain data: it is posted to workers, and its key is part of the
// name of cached features.

/** The transform of one image, in addition to the preprocessing. */
export interface Transform {
  /** Mirror left to right, as torchvision's RandomHorizontalFlip does. */
  readonly flip: boolean;
}

/** The values of `--augment`. */
export type Augment = 'flip' | 'none';

export const identity: Transform = { flip: false };
const horizontalFlip: Transform = { flip: true };

/** A unique key; empty for the identity. */
export const transformKey = ({ flip }: Transform): string => (flip ? 'flip' : '');

/** Samples a transform. Calls `rand`, which returns numbers in [0, 1), `randomNumbers(augment)` times. */
export const randomTransform = (augment: Augment, rand: () => number): Transform =>
  augment === 'flip' && rand() < 0.5 ? horizontalFlip : identity;

export const randomNumbers = (augment: Augment): number => (augment === 'flip' ? 1 : 0);

/** The number of different transforms, which is the largest number of feature rows per image. */
export const transformCount = (augment: Augment): number => (augment === 'flip' ? 2 : 1);
