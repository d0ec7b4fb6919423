// Input ranges and weights of Pillow's bilinear filter for one axis.
// Source: precompute_coeffs and normalize_coeffs_8bpc in src/libImaging/Resample.c of Pillow 12.

import { allocate } from '../decodedImage.js';

/**
 * The fractional bits of the fixed-point weights: a sum of weighted bytes fits in 32 bits with two bits to spare.
 * Weights sum to 1 except for rounding, which can exceed 255 only for images millions of pixels long.
 */
const precisionBits = 32 - 8 - 2;

/** Output i is the weighted sum of the `counts[i]` inputs from `starts[i]`. */
export interface Axis {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** The largest count, rounded up to an even number. */
  readonly taps: number;
  /** [outputs, taps]: weights times 2^precisionBits, padded with zeros. */
  readonly weights: Int32Array;
}

/**
 * `count` of the outputs of a resize from `inSize` to `outSize` pixels, those from `from` on. A triangle filter, twice
 * as wide as the scale and at least two input pixels. Throws UnreadableImage if there is too little memory for the
 * weights: at most eight bytes per input pixel.
 */
export function createAxis(inSize: number, outSize: number, from = 0, count = outSize): Axis {
  const scale = inSize / outSize;
  const support = Math.max(scale, 1);
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  let most = 0;
  for (let i = 0; i < count; i++) {
    const centre = (from + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    starts[i] = start;
    counts[i] = Math.min(inSize, Math.trunc(centre + support + 0.5)) - start;
    most = Math.max(most, counts[i]!);
  }

  const taps = most + (most % 2);
  const weights = new Int32Array(allocate(count * taps * 4).buffer);
  const inverse = 1 / support; // a division would differ from Pillow's weights in the last bit
  for (let i = 0; i < count; i++) {
    const start = starts[i]!;
    const used = counts[i]!;
    const centre = (from + i + 0.5) * scale;
    let sum = 0;
    for (let x = 0; x < used; x++) sum += triangle((x + start - centre + 0.5) * inverse);
    for (let x = 0; x < used; x++) {
      const weight = triangle((x + start - centre + 0.5) * inverse) / sum;
      weights[i * taps + x] = 0.5 + weight * 2 ** precisionBits; // truncated by the Int32Array
    }
  }
  return { starts, counts, taps, weights };
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));
