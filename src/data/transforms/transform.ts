// Random transforms of training images. A transform is plain data: workers receive it, and its key is part of the name
// of cached features.

/** What is done to one image beside the preprocessing. */
export interface Transform {
  /** Mirror left to right, as torchvision's RandomHorizontalFlip. */
  readonly flip: boolean;
}

/** What `--augment` may say. */
export type Augment = 'flip' | 'none';

export const identity: Transform = { flip: false };
const horizontalFlip: Transform = { flip: true };

/** Equal for equal transforms only; empty for the identity. */
export const transformKey = ({ flip }: Transform): string => (flip ? 'flip' : '');

/** A transform at random; `rand` gives numbers from 0 to 1, of which it takes `randomNumbers(augment)`. */
export const randomTransform = (augment: Augment, rand: () => number): Transform =>
  augment === 'flip' && rand() < 0.5 ? horizontalFlip : identity;

export const randomNumbers = (augment: Augment): number => (augment === 'flip' ? 1 : 0);

/** How many transforms there are, and so how many rows of features an image can have. */
export const transformCount = (augment: Augment): number => (augment === 'flip' ? 2 : 1);
