// What a picture looks like, in 256 bits: the same picture encoded anew, or in another size, differs in few of them.
// Source: the DCT hash ("pHash") of Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010,
// with 16 x 16 coefficients in place of its 8 x 8.

import type { DecodedPicture } from '../decodedPicture.js';
import type { Resize } from '../resize.js';

export interface Look {
  /** 256 bits. */
  readonly hash: Uint32Array;
  /** The mean of red, green and blue: the hash is of grey alone. */
  readonly colour: readonly [number, number, number];
}

const hashWords = 8;

/** Pictures are seen at this size. */
const side = 32;
/** Of so many lowest frequencies, each way. */
const frequencies = 16;

/** [frequencies, side]: the DCT-II. */
const cosines = Float64Array.from({ length: frequencies * side }, (_, i) => {
  const [frequency, at] = [Math.floor(i / side), i % side];
  return Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * side));
});

/** Grey levels (standard deviation) that a picture must show to be told from others. */
const leastContrast = 2;

/** A picture's look; undefined where there is next to nothing to see. */
export function lookOf({ data, width, height }: DecodedPicture, resize: Resize): Look | undefined {
  const small = resize(data, width, height, side, side);
  const grey = Float64Array.from({ length: side * side }, (_, i) => {
    return 0.299 * small[3 * i]! + 0.587 * small[3 * i + 1]! + 0.114 * small[3 * i + 2]!; // as Pillow's convert('L')
  });
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
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** [frequencies, frequencies] of [side, side]: first along the rows, then along the columns. */
function lowFrequencies(grey: Float64Array): Float64Array {
  const rows = new Float64Array(side * frequencies);
  for (let y = 0; y < side; y++) {
    for (let f = 0; f < frequencies; f++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += grey[y * side + x]! * cosines[f * side + x]!;
      rows[y * frequencies + f] = sum;
    }
  }
  const both = new Float64Array(frequencies * frequencies);
  for (let g = 0; g < frequencies; g++) {
    for (let f = 0; f < frequencies; f++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * frequencies + f]! * cosines[g * side + y]!;
      both[g * frequencies + f] = sum;
    }
  }
  return both;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function meanOf(small: Uint8Array, channel: number): number {
  let sum = 0;
  for (let i = channel; i < small.length; i += 3) sum += small[i]!;
  return Math.round(sum / (side * side));
}
