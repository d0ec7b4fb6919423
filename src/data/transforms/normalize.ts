// torchvision's ToTensor and Normalize, with a lookup table.

import type { Part } from './resizer.js';

/**
 * Computes (v / 255 - mean) / std for each byte v of each channel, rounded to float32 after each operation, so that
 * the result equals torch's to the bit.
 *
 * `mean`, `std`: of red, green and blue, for values from 0 to 1. Returns [3, 256].
 */
export function normalizationTables(mean: readonly number[], std: readonly number[]): Float32Array {
  const tables = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    const channelMean = Math.fround(mean[channel]!);
    const channelStd = Math.fround(std[channel]!);
    for (let value = 0; value < 256; value++) {
      const centred = Math.fround(Math.fround(value / 255) - channelMean);
      tables[channel * 256 + value] = centred / channelStd;
    }
  }
  return tables;
}

/**
 * Writes a normalized image, mirrored or not, inside a border of zeros, the padding of the network's first convolution.
 *
 * `rgb`: [size, size, 3] bytes; `target`: [size + 2 * border, size + 2 * border, 3]. The border is not written: it must
 * be zero already.
 */
export function writeNormalized(
  rgb: Uint8Array,
  size: number,
  flip: boolean,
  tables: Float32Array,
  target: Float32Array,
  border: number,
): void {
  const side = size + 2 * border;
  const step = flip ? -3 : 3;
  let from = 0;
  for (let y = 0; y < size; y++) {
    const row = ((y + border) * side + border) * 3;
    let to = flip ? row + (size - 1) * 3 : row;
    for (let x = 0; x < size; x++) {
      target[to] = tables[rgb[from]!]!;
      target[to + 1] = tables[256 + rgb[from + 1]!]!;
      target[to + 2] = tables[512 + rgb[from + 2]!]!;
      from += 3;
      to += step;
    }
  }
}

/** Writes the bytes of an image, mirrored or not. */
export function writeBytes(rgb: Uint8Array, size: number, flip: boolean, target: Uint8Array): void {
  if (!flip) {
    target.set(rgb);
    return;
  }
  const row = size * 3;
  for (let at = 0; at < rgb.length; at += 3) {
    const to = at - (at % row) + row - 3 - (at % row);
    target[to] = rgb[at]!;
    target[to + 1] = rgb[at + 1]!;
    target[to + 2] = rgb[at + 2]!;
  }
}

/** Sets a part of an image that `writeNormalized` wrote to 0, as RandomErasing does. */
export function erase(target: Float32Array, part: Part, size: number, border: number): void {
  const side = size + 2 * border;
  for (let y = 0; y < part.height; y++) {
    const from = ((part.top + y + border) * side + part.left + border) * 3;
    target.fill(0, from, from + part.width * 3);
  }
}
