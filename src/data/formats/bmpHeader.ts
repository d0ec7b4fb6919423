// BMP headers, interpreted as Pillow does.
// Source: BmpImagePlugin.py of Pillow 12.

import { checkSize, pixelLimit } from '../decodedImage.js';
import { UnreadableImage } from '../unreadable.js';

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  /** The offset of the pixels; may be past the end of the file. */
  readonly pixelsAt: number;
  /** Bytes per row, unless run-length encoded. */
  readonly stride: number;
  readonly layout: BmpLayout;
}

/** The encoding of a row. `colours`: [256, 3], the palette. */
export type BmpLayout =
  | { readonly kind: 'indices'; readonly bits: 1 | 4 | 8; readonly colours: Uint8Array }
  | { readonly kind: 'runs'; readonly bits: 4 | 8; readonly colours: Uint8Array }
  | { readonly kind: '16 bits'; readonly greenBits: 5 | 6 }
  /** `offsets`: of red, green and blue within the `size` bytes of a pixel. */
  | { readonly kind: 'bytes'; readonly size: 3 | 4; readonly offsets: readonly [number, number, number] };

const [noCompression, rle8, rle4, bitfields] = [0, 1, 2, 3];

const unsupported = (what: string) => new UnreadableImage(`an unsupported BMP: ${what}`);

/** Reads the headers of a file that starts with BM. Throws UnreadableImage for files that Pillow rejects. */
export function readBmpHeader(bytes: Uint8Array, limit = pixelLimit): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 18) throw new UnreadableImage('truncated');
  const size = view.getUint32(14, true);
  if (size > 256) throw new UnreadableImage('a damaged BMP'); // possibly a text file
  if (![12, 40, 52, 56, 64, 108, 124].includes(size)) throw unsupported(`a header of ${size} bytes`);
  if (14 + size > bytes.length) throw new UnreadableImage('truncated');

  const old = size === 12; // OS/2 1.x: shorter fields
  const short = (at: number) => view.getUint16(at, true);
  const long = (at: number) => view.getUint32(at, true);
  const width = old ? short(18) : long(18);
  // As in Pillow, only heights above -2^24 count as negative.
  const topDown = !old && bytes[25] === 0xff;
  const height = old ? short(20) : topDown ? 2 ** 32 - long(22) : long(22);
  checkSize(width, height, limit);
  const bits = old ? short(24) : short(28);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw unsupported(`${bits} bits per pixel`);
  const compression = old ? noCompression : long(30);
  const colourCount = (old ? 0 : long(46)) || 2 ** bits;
  const entrySize = old ? 3 : 4;

  // The 40-byte header is followed by its masks; longer headers contain them.
  let at = 14 + size;
  const masks: number[] = [];
  if (compression === bitfields) {
    const count = size >= 56 ? 4 : 3;
    if (size === 40) at += 12;
    if (at > bytes.length) throw new UnreadableImage('truncated');
    for (let i = 0; i < count; i++) masks.push(long(54 + 4 * i));
  }

  let pixelsAt = long(10);
  let layout: BmpLayout;
  if (bits <= 8) {
    if (pixelsAt === 14 + size) pixelsAt += entrySize * colourCount; // the palette was not counted
    if (colourCount > 65536) throw unsupported(`${colourCount} colours`);
    const table = bytes.subarray(at, at + colourCount * entrySize);
    at += table.length;
    layout = tableLayout(bits, compression, table, entrySize, colourCount);
  } else {
    layout = colourLayout(bits, compression, masks);
  }
  const stride = Math.floor((width * bits + 31) / 32) * 4; // rows begin at multiples of four bytes
  return { width, height, topDown, pixelsAt: pixelsAt || at, stride, layout };
}

/** The layout of pixels that are palette indices. */
function tableLayout(
  bits: number,
  compression: number,
  table: Uint8Array,
  entrySize: number,
  colourCount: number,
): BmpLayout {
  const entries = Math.floor(table.length / entrySize);
  if (entries > 256) throw unsupported(`${entries} colours`);
  const colours = new Uint8Array(768); // missing entries are black
  for (let i = 0; i < entries; i++) {
    for (let channel = 0; channel < 3; channel++)
      colours[3 * i + channel] = table[i * entrySize + 2 - channel]!;
  }
  // Pillow ignores a palette of even grey steps, and then reads 1 or 8 bits per pixel regardless of the header.
  const step = (i: number) => (colourCount === 2 ? 255 * i : i);
  const isGrey =
    entries >= colourCount &&
    colours.subarray(0, 3 * colourCount).every((c, i) => c === step(Math.floor(i / 3)));
  const black = isGrey && colourCount === 2;
  if (isGrey && !black) for (let i = 0; i < 768; i++) colours[i] = i / 3;

  if (compression === rle8 || compression === rle4) {
    if (black) throw unsupported('run-length encoding of black and white');
    return { kind: 'runs', bits: compression === rle8 ? 8 : 4, colours };
  }
  if (compression !== noCompression)
    throw unsupported(`compression ${compression} with ${bits} bits per pixel`);
  return { kind: 'indices', bits: isGrey ? (black ? 1 : 8) : (bits as 1 | 4 | 8), colours };
}

/** The masks of red, green, blue and alpha that Pillow supports for 32 bits. */
const knownMasks: readonly (readonly number[])[] = [
  [0xff0000, 0xff00, 0xff, 0],
  [0xff000000, 0xff0000, 0xff00, 0],
  [0xff000000, 0xff00, 0xff, 0],
  [0xff000000, 0xff0000, 0xff00, 0xff],
  [0xff, 0xff00, 0xff0000, 0xff000000],
  [0xff0000, 0xff00, 0xff, 0xff000000],
  [0xff000000, 0xff00, 0xff, 0xff0000],
  [0, 0, 0, 0],
];

/** The layout of pixels that are colours. */
function colourLayout(bits: number, compression: number, masks: readonly number[]): BmpLayout {
  if (compression !== noCompression && compression !== bitfields) {
    throw unsupported(`compression ${compression} with ${bits} bits per pixel`);
  }
  const [red = 0, green = 0, blue = 0, alpha = 0] = masks;
  const are = (...others: number[]) => others.every((mask, i) => mask === [red, green, blue, alpha][i]);
  if (bits === 16) {
    if (masks.length === 0 || are(0x7c00, 0x3e0, 0x1f)) return { kind: '16 bits', greenBits: 5 };
    if (are(0xf800, 0x7e0, 0x1f)) return { kind: '16 bits', greenBits: 6 };
  } else if (masks.length === 0 || (bits === 24 && are(0xff0000, 0xff00, 0xff))) {
    return { kind: 'bytes', size: bits === 24 ? 3 : 4, offsets: [2, 1, 0] };
  } else if (bits === 32 && knownMasks.some((known) => are(...known))) {
    if (red === 0) return { kind: 'bytes', size: 4, offsets: [2, 1, 0] };
    const offset = (mask: number) => (31 - Math.clz32(mask)) >> 3;
    return { kind: 'bytes', size: 4, offsets: [offset(red), offset(green), offset(blue)] };
  }
  const shown = masks.map((mask) => `0x${mask.toString(16)}`).join(' ');
  throw unsupported(`masks ${shown} with ${bits} bits per pixel`);
}
