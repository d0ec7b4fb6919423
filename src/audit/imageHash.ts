// What an image looks like, in 256 bits: the same image encoded anew, or in another size, differs in few of them.
// Source: the DCT hash ("pHash") of Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010,
// with 16 x 16 coefficients in place of its 8 x 8.

import type { DecodedImage } from '../data/decodedImage.js';
import type { Resize } from '../data/transforms/resize.js';

export interface Look {
  /** 256 bits. */
  readonly hash: Uint32Array;
  /** The mean of red, green and blue: the hash is of grey alone. */
  readonly colour: readonly [number, number, number];
}

export const hashWords = 8;

/** Images are seen at this size. */
export const side = 32;
/** Of so many lowest frequencies, each way. */
const frequencies = 16;

/** [frequencies, side / 2]: the DCT-II's, of which the other half says nothing new. */
const cosines = Float64Array.from({ length: (frequencies * side) / 2 }, (_, i) => {
  const [frequency, at] = [Math.floor((2 * i) / side), i % (side / 2)];
  return Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * side));
});

/** Grey levels (standard deviation) that an image must show to be told from others. */
const leastContrast = 2;

/** An image's look; undefined where there is next to nothing to see. */
export const lookOf = ({ data, width, height }: DecodedImage, resize: Resize): Look | undefined =>
  lookOfSquare(resize(data, width, height, side, side));

/** The same, of the image resized to [side, side, 3]. */
export function lookOfSquare(small: Uint8Array): Look | undefined {
  const grey = new Float64Array(side * side);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * small[3 * i]! + 0.587 * small[3 * i + 1]! + 0.114 * small[3 * i + 2]!; // as Pillow's convert('L')
  }
  if (deviation(grey) < leastContrast) return undefined;
  const coefficients = lowFrequencies(grey);
  const sorted = coefficients.slice().sort();
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  const hash = new Uint32Array(hashWords);
  coefficients.forEach((value, bit) => {
    if (value > median) hash[bit >> 5]! |= 1 << (bit & 31);
  });
  return { hash, colour: [0, 1, 2].map((channel) => meanOf(small, channel)) as [number, number, number] };
}

/** In how many bits two hashes differ. */
export function distance(a: Uint32Array, b: Uint32Array): number {
  let bits = 0;
  for (let word = 0; word < hashWords; word++) bits += ones(a[word]! ^ b[word]!);
  return bits;
}

/** Bits that are 1. Source: Hacker's Delight, figure 5-2. */
export function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** [frequencies, frequencies] of [side, side]: first along the rows, then along the columns. */
function lowFrequencies(grey: Float64Array): Float64Array {
  const rows = new Float64Array(side * frequencies);
  for (let y = 0; y < side; y++) transform(grey, y * side, 1, rows, y * frequencies, 1);
  const both = new Float64Array(frequencies * frequencies);
  for (let f = 0; f < frequencies; f++) transform(rows, f, frequencies, both, f, frequencies);
  return both;
}

const sums = new Float64Array(side / 2);
const differences = new Float64Array(side / 2);

/** Of `side` numbers that lie `step` apart. A cosine of even frequency is its own mirror image, one of odd its negative. */
function transform(
  source: Float64Array,
  from: number,
  step: number,
  target: Float64Array,
  to: number,
  toStep: number,
): void {
  for (let at = 0; at < side / 2; at++) {
    const value = source[from + at * step]!;
    const opposite = source[from + (side - 1 - at) * step]!;
    sums[at] = value + opposite;
    differences[at] = value - opposite;
  }
  for (let f = 0; f < frequencies; f++) {
    const folded = f % 2 === 0 ? sums : differences;
    let sum = 0;
    for (let at = 0; at < side / 2; at++) sum += folded[at]! * cosines[(f * side) / 2 + at]!;
    target[to + f * toStep] = sum;
  }
}

function deviation(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

function meanOf(small: Uint8Array, channel: number): number {
  let sum = 0;
  for (let i = channel; i < small.length; i += 3) sum += small[i]!;
  return Math.round(sum / (side * side));
}
