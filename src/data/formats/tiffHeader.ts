// The tags of a TIFF's first directory.
// Source: TIFF 6.0 and BigTIFF.

import { UnreadableImage } from '../unreadable.js';

export interface TiffHeader {
  readonly littleEndian: boolean;
  /** Up to the first thousand values of a tag; empty if the tag is missing or not an unsigned integer. */
  readonly numbers: (tag: number) => readonly number[];
  /** The first value of a tag, or `fallback`. */
  readonly number: (tag: number, fallback: number) => number;
  /** The file offset of the value of a tag with a single two-byte value. */
  readonly offsetOf: (tag: number) => number | undefined;
}

interface Entry {
  readonly size: number;
  readonly count: number;
  /** The file offset of its values. */
  readonly offset: number;
}

/** Enough for a palette of 256 colours. The count in a damaged file may be anything. */
const maxValues = 1000;

/** The sizes in bytes of BYTE, SHORT, LONG and BigTIFF's LONG8. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Reads the first directory. Throws UnreadableImage if it is truncated. */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const integer = (at: number, size: number): number => {
    if (at + size > bytes.length) throw new UnreadableImage('truncated');
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, littleEndian);
    return size === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  };
  const big = integer(2, 2) === 43;
  const wide = big ? 8 : 4; // the size of an offset, and of the values that an entry can hold itself
  const directory = integer(big ? 8 : 4, wide);
  const first = directory + (big ? 8 : 2);
  const entries = new Map<number, Entry>();
  for (let left = integer(directory, big ? 8 : 2), at = first; left > 0; left--, at += 4 + 2 * wide) {
    const size = sizes[integer(at + 2, 2)];
    const count = integer(at + 4, wide);
    const value = at + 4 + wide;
    const end = integer(value, wide); // throws if the directory is truncated
    if (size !== undefined) {
      entries.set(integer(at, 2), { size, count, offset: size * count <= wide ? value : end });
    }
  }
  const numbers = (tag: number) => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    if (entry.offset + entry.size * entry.count > bytes.length) throw new UnreadableImage('truncated');
    return Array.from({ length: Math.min(entry.count, maxValues) }, (_, i) =>
      integer(entry.offset + i * entry.size, entry.size),
    );
  };
  return {
    littleEndian,
    numbers,
    number: (tag, fallback) => numbers(tag)[0] ?? fallback,
    offsetOf: (tag) => {
      const entry = entries.get(tag);
      return entry?.size === 2 && entry.count === 1 ? entry.offset : undefined;
    },
  };
}
