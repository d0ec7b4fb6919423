// The tags of a TIFF's first directory: what its header says of its pixels.
// Source: TIFF 6.0, and BigTIFF's longer fields.

import { UnreadableImage } from '../unreadable.js';

export interface TiffHeader {
  readonly littleEndian: boolean;
  /** The first thousand numbers of a tag; none where it is not there, or of a type that no tag used here has. */
  readonly numbers: (tag: number) => readonly number[];
  /** The first number of a tag. */
  readonly number: (tag: number, otherwise: number) => number;
  /** Where in the file the number of a tag lies that has a single one, of two bytes. */
  readonly placeOf: (tag: number) => number | undefined;
}

interface Entry {
  readonly size: number;
  readonly count: number;
  /** Where its numbers lie. */
  readonly at: number;
}

/** More than a table of 256 colours has; a count in a broken file may be anything. */
const mostNumbers = 1000;

/** Bytes of a BYTE, SHORT, LONG and BigTIFF's LONG8. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Reads the first directory. Throws UnreadableImage where the file ends before it does. */
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
  const wide = big ? 8 : 4; // an offset, and the numbers that fit into an entry
  const directory = integer(big ? 8 : 4, wide);
  const first = directory + (big ? 8 : 2);
  const entries = new Map<number, Entry>();
  for (let left = integer(directory, big ? 8 : 2), at = first; left > 0; left--, at += 4 + 2 * wide) {
    const size = sizes[integer(at + 2, 2)];
    const count = integer(at + 4, wide);
    const value = at + 4 + wide;
    const end = integer(value, wide); // throws where the directory goes on beyond the file
    if (size !== undefined) {
      entries.set(integer(at, 2), { size, count, at: size * count <= wide ? value : end });
    }
  }
  const numbers = (tag: number) => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    if (entry.at + entry.size * entry.count > bytes.length) throw new UnreadableImage('truncated');
    return Array.from({ length: Math.min(entry.count, mostNumbers) }, (_, i) =>
      integer(entry.at + i * entry.size, entry.size),
    );
  };
  return {
    littleEndian,
    numbers,
    number: (tag, otherwise) => numbers(tag)[0] ?? otherwise,
    placeOf: (tag) => {
      const entry = entries.get(tag);
      return entry?.size === 2 && entry.count === 1 ? entry.at : undefined;
    },
  };
}
