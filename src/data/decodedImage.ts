// What every decoder returns, and how large it may become.

import { UnreadableImage } from './unreadable.js';

export interface DecodedImage {
  /** [height, width, 3]: red, green, blue. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Beyond twice its MAX_IMAGE_PIXELS, Pillow takes an image for an attack, and raises. */
export const pixelLimit = 178_956_970;

export const tooManyPixels = (): UnreadableImage =>
  new UnreadableImage(`more than ${pixelLimit.toLocaleString('en')} pixels`);

export const tooLargeForMemory = (): UnreadableImage =>
  new UnreadableImage('too large for the memory that is free');

/** Throws UnreadableImage for a size, as a header claims it, that no image has. */
export function checkSize(width: number, height: number): void {
  if (width <= 0 || height <= 0) throw new UnreadableImage(`a size of ${width} x ${height} pixels`);
  if (width * height > pixelLimit) throw tooManyPixels();
}

/** `length` bytes of zeros. To be called when the file is known to have what will fill them. */
export function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch {
    throw tooLargeForMemory();
  }
}
