// What a baseline JPEG says before its pixels, as long as it is without the least oddity: of such a file it is known
// that every decoder takes it. Source: ITU-T T.81, annex B.

import { createHuffmanTable, type HuffmanTable } from './jpegHuffman.js';

export interface JpegComponent {
  /** Blocks in each unit of the scan. */
  readonly across: number;
  readonly down: number;
  /** By what a block's first coefficient is multiplied: eight times the block's mean. */
  readonly quantum: number;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

export interface StrictJpeg {
  readonly width: number;
  readonly height: number;
  /** One of grey, or luma and two of colour. */
  readonly components: readonly JpegComponent[];
  /** Units of the scan from one restart marker to the next; 0 where there is none. */
  readonly restartInterval: number;
  /** Where the compressed blocks begin. */
  readonly scan: number;
}

/** The longest that libjpeg takes; the format goes up to 65,535. */
const longestSide = 65_500;

/** What a decoder keeps or skips, and never stumbles over. */
const passed = [0xe0, 0xec, 0xed, 0xfe];
/** Those with more than one meaning, among them second images for bright screens: only these beginnings are plain. */
const plainBeginnings: Readonly<Record<number, string>> = { 225: 'Exif\0\0', 226: 'ICC_PROFILE\0' };

const [startOfFrame, huffmanTables, startOfScan] = [0xc0, 0xc4, 0xda];
const [quanta, restarts, adobe] = [0xdb, 0xdd, 0xee];

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly {
    readonly id: number;
    readonly across: number;
    readonly down: number;
    readonly table: number;
  }[];
}

/** Undefined for all that is not plain: it may be an image all the same, which only a decoder can tell. */
export function readStrictJpeg(bytes: Uint8Array): StrictJpeg | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const quantumOf = new Map<number, number>();
  const huffman = new Map<number, HuffmanTable>();
  let frame: Frame | undefined;
  let restartInterval = 0;
  let transform = 1;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1]!;
    const end = at + 2 + u16(bytes, at + 2);
    if (bytes[at] !== 0xff || end < at + 4 || end > bytes.length) return undefined;
    const segment = bytes.subarray(at + 4, end);
    if (marker === startOfFrame) {
      if (frame) return undefined;
      frame = frameOf(segment);
      if (!frame) return undefined;
    } else if (marker === huffmanTables) {
      if (!takeHuffmanTables(segment, huffman)) return undefined;
    } else if (marker === quanta) {
      if (!takeQuanta(segment, quantumOf)) return undefined;
    } else if (marker === restarts) {
      if (segment.length !== 2) return undefined;
      restartInterval = u16(segment, 0);
    } else if (marker === adobe) {
      if (segment.length !== 12 || !beginsWith(segment, 'Adobe')) return undefined;
      transform = segment[11]!;
    } else if (marker === startOfScan) {
      if (!frame || (frame.parts.length === 3 && transform !== 1)) return undefined;
      const components = componentsOf(segment, frame, quantumOf, huffman);
      const { width, height } = frame;
      return components && { width, height, components, restartInterval, scan: end };
    } else if (!passed.includes(marker)) {
      const beginning = plainBeginnings[marker];
      if (beginning === undefined || !beginsWith(segment, beginning)) return undefined;
    }
    at = end;
  }
  return undefined;
}

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

const beginsWith = (segment: Uint8Array, characters: string): boolean =>
  Buffer.from(segment.buffer, segment.byteOffset, Math.min(segment.length, characters.length)).equals(
    Buffer.from(characters, 'latin1'),
  );

/** Bytes of 8 bits; grey, or colours of which luma may have twice as many blocks each way. */
function frameOf(segment: Uint8Array): Frame | undefined {
  const count = segment[5]!;
  const [height, width] = [u16(segment, 1), u16(segment, 3)];
  if (segment[0] !== 8 || (count !== 1 && count !== 3) || segment.length !== 6 + 3 * count) return undefined;
  if (Math.min(width, height) === 0 || Math.max(width, height) > longestSide) return undefined;
  const parts = Array.from({ length: count }, (_, index) => {
    const [id, sampling, table] = segment.subarray(6 + 3 * index, 9 + 3 * index) as unknown as [
      number,
      number,
      number,
    ];
    return { id, across: sampling >> 4, down: sampling & 15, table };
  });
  const [luma, ...others] = parts;
  const usual = (blocks: number) => blocks === 1 || blocks === 2;
  if (!usual(luma!.across) || !usual(luma!.down)) return undefined;
  if (others.some(({ across, down }) => across !== 1 || down !== 1)) return undefined;
  if (new Set(parts.map(({ id }) => id)).size < count) return undefined;
  // Named so, the three are red, green and blue.
  if (parts.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB') return undefined;
  return { width, height, parts };
}

function takeQuanta(segment: Uint8Array, quantumOf: Map<number, number>): boolean {
  for (let at = 0; at < segment.length; at += 65) {
    if (segment[at]! > 3 || at + 65 > segment.length || segment.subarray(at + 1, at + 65).includes(0))
      return false;
    quantumOf.set(segment[at]!, segment[at + 1]!);
  }
  return true;
}

/** By the byte that names them: 0 and up those of means, 16 and up those of the other coefficients. */
function takeHuffmanTables(segment: Uint8Array, tables: Map<number, HuffmanTable>): boolean {
  for (let at = 0; at < segment.length; ) {
    const name = segment[at]!;
    if ((name & 0xef) > 3 || at + 17 > segment.length) return false;
    const counts = segment.subarray(at + 1, at + 17);
    const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    if (end > segment.length) return false;
    const table = createHuffmanTable(counts, segment.subarray(at + 17, end), name < 16);
    if (!table) return false;
    tables.set(name, table);
    at = end;
  }
  return true;
}

/** All components in one scan, in the frame's order, with all coefficients. */
function componentsOf(
  segment: Uint8Array,
  { parts }: Frame,
  quantumOf: ReadonlyMap<number, number>,
  tables: ReadonlyMap<number, HuffmanTable>,
): JpegComponent[] | undefined {
  const count = parts.length;
  if (segment.length !== 4 + 2 * count || segment[0] !== count) return undefined;
  const [from, to, approximation] = segment.subarray(1 + 2 * count);
  if (from !== 0 || to !== 63 || approximation !== 0) return undefined;
  const components = parts.flatMap(({ id, across, down, table }, index): JpegComponent[] => {
    const names = segment[2 + 2 * index]!;
    const quantum = quantumOf.get(table);
    const [dc, ac] = [tables.get(names >> 4), tables.get(16 + (names & 15))];
    if (segment[1 + 2 * index] !== id || names >> 4 > 3 || !quantum || !dc || !ac) return [];
    // Where there is but one, its blocks come one by one, whatever it says.
    return [{ across: count === 1 ? 1 : across, down: count === 1 ? 1 : down, quantum, dc, ac }];
  });
  return components.length === count ? components : undefined;
}
