// Which pixels of a row (or column) make a pixel of the resized one, and with what weights: Pillow's bilinear filter.
// Source: precompute_coeffs and normalize_coeffs_8bpc in src/libImaging/Resample.c of Pillow 12.

import { allocate } from '../decodedImage.js';

/**
 * Weights are fixed-point numbers with this many bits: a byte times a weight, summed, fits in 32 with two to spare.
 * They sum to 1 but for their rounding, which makes more than 255 of some images millions of pixels long.
 */
const precisionBits = 32 - 8 - 2;

/** How one axis is resampled: output i is the weighted sum of `counts[i]` inputs from `starts[i]` on. */
export interface Axis {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** The most that an output is made of, made even. */
  readonly taps: number;
  /** [outputs, taps]: the weights, times 2^precisionBits; zeros behind an output's count. */
  readonly weights: Int32Array;
}

/**
 * A triangle filter: twice as wide as the input pixels that make an output pixel, and at least two of them. Throws
 * UnreadableImage where there is no memory for the weights: twice the input pixels, four bytes each.
 */
export function createAxis(inSize: number, outSize: number): Axis {
  const scale = inSize / outSize;
  const support = Math.max(scale, 1);
  const starts = new Int32Array(outSize);
  const counts = new Int32Array(outSize);
  let most = 0;
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    starts[i] = start;
    counts[i] = Math.min(inSize, Math.trunc(centre + support + 0.5)) - start;
    most = Math.max(most, counts[i]!);
  }

  const taps = most + (most % 2);
  const weights = new Int32Array(allocate(outSize * taps * 4).buffer);
  const inverse = 1 / support; // a division in its place would differ from Pillow's weights in the last bit
  for (let i = 0; i < outSize; i++) {
    const start = starts[i]!;
    const count = counts[i]!;
    const centre = (i + 0.5) * scale;
    let sum = 0;
    for (let x = 0; x < count; x++) sum += triangle((x + start - centre + 0.5) * inverse);
    for (let x = 0; x < count; x++) {
      const weight = triangle((x + start - centre + 0.5) * inverse) / sum;
      weights[i * taps + x] = 0.5 + weight * 2 ** precisionBits; // truncated by the array
    }
  }
  return { starts, counts, taps, weights };
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));
