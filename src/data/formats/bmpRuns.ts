// BMP run-length decoding, including Pillow's deviations from the format.
// Source: BmpRleDecoder in BmpImagePlugin.py of Pillow 12.

import { allocate } from '../decodedImage.js';
import { UnreadableImage } from '../unreadable.js';

/**
 * Decodes the runs that start at byte `at`. Returns [height, width] palette indices in the order of the file's rows.
 *
 * As in Pillow, the last of an odd number of literal 4-bit pixels is dropped, and literal pixels may continue into the
 * next row. Throws UnreadableImage if the runs end before the image is full.
 */
export function readRuns(
  bytes: Uint8Array,
  at: number,
  width: number,
  height: number,
  bits: 4 | 8,
): Uint8Array {
  const pixels = allocate(width * height);
  let filled = 0;
  let x = 0;
  const literal = (from: number, length: number) => {
    for (let i = 0; i < length; i++) {
      const byte = bytes[from + i]!;
      if (bits === 8) pixels[filled++] = byte;
      else {
        pixels[filled++] = byte >> 4; // writes past the end are ignored
        pixels[filled++] = byte & 15;
      }
    }
  };
  while (filled < pixels.length) {
    if (at + 2 > bytes.length) break;
    const count = bytes[at]!;
    const value = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      const room = Math.min(count, Math.max(0, width - x));
      if (bits === 8) pixels.fill(value, filled, filled + room);
      else for (let i = 0; i < room; i++) pixels[filled + i] = i % 2 === 0 ? value >> 4 : value & 15;
      filled += room;
      x += room;
    } else if (value === 0) {
      filled = Math.ceil(filled / width) * width;
      x = 0;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      if (at + 2 > bytes.length) break;
      filled += bytes[at]! + bytes[at + 1]! * width;
      at += 2;
      x = filled % width;
    } else {
      const length = bits === 8 ? value : value >> 1;
      literal(at, Math.min(length, bytes.length - at));
      at += length;
      x += value;
      at += at % 2; // literal pixels are padded to an even offset
    }
  }
  if (filled < pixels.length) throw new UnreadableImage('truncated');
  return pixels;
}
