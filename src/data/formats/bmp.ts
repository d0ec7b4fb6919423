// BMP decoder equivalent to Pillow's: 1, 4 and 8 bits with a palette, RLE8 and RLE4, 16, 24 and 32 bits; Windows and
// OS/2 headers. Packages tried: docs/experiments/images.md.

import { allocate, type DecodedImage, pixelLimit } from '../decodedImage.js';
import { UnreadableImage } from '../unreadable.js';
import { type BmpHeader, type BmpLayout, readBmpHeader } from './bmpHeader.js';
import { readRuns } from './bmpRuns.js';

/** Decodes a file that starts with BM. Drops alpha. Throws UnreadableImage for files that Pillow rejects. */
export function decodeBmp(bytes: Uint8Array, limit = pixelLimit): DecodedImage {
  const header = readBmpHeader(bytes, limit);
  const { width, height, layout } = header;
  if (layout.kind === 'runs') {
    const pixels = readRuns(bytes, header.pixelsAt, width, height, layout.bits);
    const unpacked = { kind: 'indices', bits: 8, colours: layout.colours } as const;
    return {
      data: readRows(pixels, { ...header, layout: unpacked, pixelsAt: 0, stride: width }),
      width,
      height,
    };
  }
  return { data: readRows(bytes, header), width, height };
}

/** [height, width, 3]. The padding of the last row may be missing. */
function readRows(
  bytes: Uint8Array,
  { width, height, topDown, pixelsAt, stride, layout }: BmpHeader,
): Uint8Array {
  const rowBytes = Math.ceil((width * bitsOf(layout)) / 8);
  if (rowBytes > stride)
    throw new UnreadableImage('an unsupported BMP: a grey palette with too few bits per pixel');
  if (pixelsAt + (height - 1) * stride + rowBytes > bytes.length) throw new UnreadableImage('truncated');
  const data = allocate(width * height * 3);
  const read = rowReader(layout);
  for (let row = 0; row < height; row++) {
    const y = topDown ? row : height - 1 - row;
    const from = pixelsAt + row * stride;
    read(bytes.subarray(from, from + rowBytes), data.subarray(y * width * 3, (y + 1) * width * 3));
  }
  return data;
}

function bitsOf(layout: BmpLayout): number {
  if (layout.kind === '16 bits') return 16;
  return layout.kind === 'bytes' ? layout.size * 8 : layout.bits;
}

type RowReader = (from: Uint8Array, to: Uint8Array) => void;

function rowReader(layout: BmpLayout): RowReader {
  if (layout.kind === '16 bits') return sixteenBits(layout.greenBits);
  if (layout.kind === 'bytes') return wholeBytes(layout.size, layout.offsets);
  return indices(layout.bits, layout.colours);
}

/** Palette indices, the first one in the highest bits of a byte. */
const indices =
  (bits: 1 | 4 | 8, colours: Uint8Array): RowReader =>
  (from, to) => {
    const perByte = 8 / bits;
    const mask = 2 ** bits - 1;
    for (let x = 0, at = 0; at < to.length; x++) {
      const shift = 8 - bits - bits * (x % perByte);
      const colour = 3 * ((from[Math.floor(x / perByte)]! >> shift) & mask);
      to[at++] = colours[colour]!;
      to[at++] = colours[colour + 1]!;
      to[at++] = colours[colour + 2]!;
    }
  };

/** Five bits of red, five or six of green, five of blue; scaled to 255 and rounded down. */
const sixteenBits =
  (greenBits: 5 | 6): RowReader =>
  (from, to) => {
    const maxGreen = 2 ** greenBits - 1;
    for (let at = 0, next = 0; at < to.length; next += 2) {
      const pixel = from[next]! | (from[next + 1]! << 8);
      to[at++] = (((pixel >> (5 + greenBits)) & 31) * 255) / 31;
      to[at++] = (((pixel >> 5) & maxGreen) * 255) / maxGreen;
      to[at++] = ((pixel & 31) * 255) / 31;
    }
  };

const wholeBytes =
  (size: number, [red, green, blue]: readonly [number, number, number]): RowReader =>
  (from, to) => {
    for (let at = 0, next = 0; at < to.length; next += size) {
      to[at++] = from[next + red]!;
      to[at++] = from[next + green]!;
      to[at++] = from[next + blue]!;
    }
  };
