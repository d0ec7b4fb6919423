// The result of every image decoder, and its size limits.

import { UnreadableImage } from './unreadable.js';

export interface DecodedImage {
  /** [height, width, 3]: red, green, blue. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Whether values of 16-bit grey were clipped to white. */
  readonly clipped?: boolean;
}

/** Twice Pillow's MAX_IMAGE_PIXELS: Pillow raises DecompressionBombError for more. */
export const pixelLimit = 178_956_970;

export class TooManyPixels extends UnreadableImage {
  constructor(
    /** Width times height. */
    readonly pixels: number,
    limit: number,
  ) {
    super(`more than ${limit.toLocaleString('en')} pixels`);
  }
}

export const tooLargeForMemory = (): UnreadableImage =>
  new UnreadableImage('too large for the available memory');

/** Throws UnreadableImage for an invalid size in a header. */
export function checkSize(width: number, height: number, limit: number): void {
  if (width <= 0 || height <= 0) throw new UnreadableImage(`an invalid size of ${width} x ${height} pixels`);
  if (width * height > limit) throw new TooManyPixels(width * height, limit);
}

/**
 * Allocates `length` zero bytes. Throws UnreadableImage if there is too little memory. Call it only after checking that
 * the file has enough data for so large an image.
 */
export function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch {
    throw tooLargeForMemory();
  }
}
