// An image as the network's square. Without Node's modules: a page uses it too.
// Source: Resize and CenterCrop of torchvision (transforms/functional.py).

import type { DecodedImage } from '../decodedImage.js';
import type { Preprocessing } from './preprocessing.js';
import type { Resize } from './resizer.js';
import { roundHalfToEven } from './rounding.js';

/**
 * The image as [size, size, 3] bytes: all of it, or with `shorterSide` its centre. Throws UnreadableImage if there is
 * too little memory.
 */
export function fitted(
  resize: Resize,
  { data, width, height }: Pick<DecodedImage, 'data' | 'width' | 'height'>,
  { size, shorterSide }: Pick<Preprocessing, 'size' | 'shorterSide'>,
): Uint8Array {
  if (shorterSide === undefined) return resize(data, width, height, size, size);
  const longerSide = Math.trunc((shorterSide * Math.max(width, height)) / Math.min(width, height));
  const [outWidth, outHeight] = width <= height ? [shorterSide, longerSide] : [longerSide, shorterSide];
  const left = roundHalfToEven((outWidth - size) / 2);
  const top = roundHalfToEven((outHeight - size) / 2);
  return resize(data, width, height, outWidth, outHeight, undefined, {
    left,
    top,
    width: size,
    height: size,
  });
}
