// Perceptual hash: re-encoded or resized copies of an image differ in few of its 256 bits.
// Source: the DCT hash ("pHash") of Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010,
// with 16 x 16 coefficients instead of 8 x 8.

import type { DecodedImage } from '../data/decodedImage.js';
import type { Resize } from '../data/transforms/resizer.js';

export interface ImageHash {
  /** 256 bits of the grey image. */
  readonly bits: Uint32Array;
  /** Mean red, green and blue, from 0 to 255. */
  readonly colour: readonly [number, number, number];
}

export const hashWords = 8;

/** Width and height of the image that the DCT is applied to. */
const side = 32;
/** Of a taller image, only every n-th row is used: faster, with almost the same hash. */
const minRows = 3 * side;
/** The number of lowest frequencies used in each direction. */
const frequencies = 16;

/** [frequencies, side / 2]: the DCT-II's cosines. The other half of each row follows by symmetry. */
const cosines = Float64Array.from({ length: (frequencies * side) / 2 }, (_, i) => {
  const [frequency, position] = [Math.floor((2 * i) / side), i % (side / 2)];
  return Math.cos((Math.PI * frequency * (2 * position + 1)) / (2 * side));
});

/** The smallest standard deviation of the grey levels for which a hash is meaningful. */
const minContrast = 2;

/** Hashes an image. Returns undefined for an image with almost no contrast. */
export function hashImage(image: DecodedImage, resize: Resize): ImageHash | undefined {
  const { data, width, height } = sampleRows(image);
  const small = resize(data, width, height, side, side);
  const grey = new Float64Array(side * side);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * small[3 * i]! + 0.587 * small[3 * i + 1]! + 0.114 * small[3 * i + 2]!; // Pillow's convert('L')
  }
  if (standardDeviation(grey) < minContrast) return undefined;
  const coefficients = lowFrequencies(grey);
  const sorted = coefficients.slice().sort();
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  const bits = new Uint32Array(hashWords);
  coefficients.forEach((value, bit) => {
    if (value > median) bits[bit >> 5]! |= 1 << (bit & 31);
  });
  return { bits, colour: [channelMean(small, 0), channelMean(small, 1), channelMean(small, 2)] };
}

function sampleRows({ data, width, height }: DecodedImage): DecodedImage {
  const step = Math.floor(height / minRows);
  if (step < 2) return { data, width, height };
  const rows = Array.from({ length: Math.floor(height / step) }, (_, y) => {
    const start = (y * step + (step >> 1)) * width * 3;
    return data.subarray(start, start + width * 3);
  });
  return { data: Buffer.concat(rows), width, height: rows.length };
}

/** The number of bits in which two hashes differ. */
export function hammingDistance(a: Uint32Array, b: Uint32Array): number {
  let distance = 0;
  for (let word = 0; word < hashWords; word++) distance += popCount(a[word]! ^ b[word]!);
  return distance;
}

/** The number of 1 bits. Source: Hacker's Delight, figure 5-2. */
export function popCount(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** [side, side] to [frequencies, frequencies]: the rows first, then the columns. */
function lowFrequencies(grey: Float64Array): Float64Array {
  const rows = new Float64Array(side * frequencies);
  for (let y = 0; y < side; y++) dct(grey, y * side, 1, rows, y * frequencies, 1);
  const both = new Float64Array(frequencies * frequencies);
  for (let f = 0; f < frequencies; f++) dct(rows, f, frequencies, both, f, frequencies);
  return both;
}

const sums = new Float64Array(side / 2);
const differences = new Float64Array(side / 2);

/**
 * DCT-II of `side` values, `step` apart. Cosines of even frequency are symmetric, those of odd frequency
 * antisymmetric.
 */
function dct(
  source: Float64Array,
  start: number,
  step: number,
  target: Float64Array,
  targetStart: number,
  targetStep: number,
): void {
  for (let i = 0; i < side / 2; i++) {
    const value = source[start + i * step]!;
    const opposite = source[start + (side - 1 - i) * step]!;
    sums[i] = value + opposite;
    differences[i] = value - opposite;
  }
  for (let f = 0; f < frequencies; f++) {
    const folded = f % 2 === 0 ? sums : differences;
    let sum = 0;
    for (let i = 0; i < side / 2; i++) sum += folded[i]! * cosines[(f * side) / 2 + i]!;
    target[targetStart + f * targetStep] = sum;
  }
}

function standardDeviation(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

function channelMean(rgb: Uint8Array, channel: number): number {
  let sum = 0;
  for (let i = channel; i < rgb.length; i += 3) sum += rgb[i]!;
  return Math.round(sum / (side * side));
}
