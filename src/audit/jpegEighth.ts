// A JPEG at an eighth of its size, made of the means of its blocks alone: all of the compressed data is read, as a
// decoder does, but no pixel is computed. That takes a fraction of decoding, and what is not wholly in order is left
// to the decoder. Source: ITU-T T.81, annex F.

import type { DecodedImage } from '../data/decodedImage.js';
import { endOfBlock, type HuffmanTable, quickBits, stepOfLongCode } from './jpegHuffman.js';
import { type JpegComponent, readStrictJpeg, type StrictJpeg } from './strictJpeg.js';

export interface Eighth {
  /** Of the image itself. */
  readonly width: number;
  readonly height: number;
  /** A pixel for each 8 x 8; those at the right and the lower edge may stand for less. */
  readonly image: DecodedImage;
}

/**
 * Undefined for all but a plain baseline JPEG that is whole, down to its end marker: whatever this function takes, a
 * decoder takes as well. `mostPixels`: larger images are left to the decoder, which may not have the memory.
 */
export function readEighth(bytes: Uint8Array, mostPixels: number): Eighth | undefined {
  const jpeg = readStrictJpeg(bytes);
  if (!jpeg || jpeg.width * jpeg.height > mostPixels) return undefined;
  const planes = readMeans(bytes, jpeg);
  if (!planes) return undefined;
  const { width, height } = jpeg;
  return { width, height, image: imageOf(jpeg, planes) };
}

/** The blocks' means of one component, in rows of `stride`. */
interface Plane {
  readonly means: Int32Array;
  readonly stride: number;
}

const unitsOf = ({ width, height, components: [first] }: StrictJpeg): [number, number] => [
  Math.ceil(width / (8 * first!.across)),
  Math.ceil(height / (8 * first!.down)),
];

/** Undefined where the compressed data has a code too many, too few, or one that stands for nothing. */
function readMeans(bytes: Uint8Array, jpeg: StrictJpeg): Plane[] | undefined {
  const { components, restartInterval } = jpeg;
  const [unitsAcross, unitsDown] = unitsOf(jpeg);
  const planes = components.map(({ across, down }) => ({
    means: new Int32Array(unitsAcross * across * unitsDown * down),
    stride: unitsAcross * across,
  }));
  const source = { bytes, at: jpeg.scan, bits: 0, count: 0, padding: 0 };
  const before = new Int32Array(components.length);
  const last = unitsAcross * unitsDown - 1;
  for (let unit = 0, y = 0; y < unitsDown; y++) {
    for (let x = 0; x < unitsAcross; x++, unit++) {
      for (let index = 0; index < components.length; index++) {
        const component = components[index]!;
        const { means, stride } = planes[index]!;
        const { across, down } = component;
        for (let block = 0; block < across * down; block++) {
          const change = readBlock(source, component);
          if (change === damaged) return undefined;
          before[index]! += change;
          const row = y * down + (across === 1 ? block : block >> 1);
          means[row * stride + x * across + (across === 1 ? 0 : block & 1)] = before[index]!;
        }
      }
      if (unit === last) return endsWith(source, 0xd9) ? planes : undefined;
      if (restartInterval === 0 || (unit + 1) % restartInterval > 0) continue;
      if (!endsWith(source, 0xd0 + (((unit + 1) / restartInterval - 1) & 7))) return undefined;
      before.fill(0);
    }
  }
  return undefined;
}

/** Bits that are read ahead: the last `count` of `bits`. At a marker, zeros are put in their place, and counted. */
interface Source {
  readonly bytes: Uint8Array;
  at: number;
  bits: number;
  count: number;
  padding: number;
}

const damaged = 2 ** 20;

/** By how much the block's mean differs from the one before, in quanta; or `damaged`. */
function readBlock(source: Source, { dc, ac }: JpegComponent): number {
  readAhead(source, 24);
  const meanStep = stepOf(dc, source.bits, source.count);
  if (meanStep === 0) return damaged;
  const length = meanStep >> 8;
  source.count -= (meanStep & 255) + length;
  const value = (source.bits >>> source.count) & ((1 << length) - 1);
  const change = length === 0 || value >> (length - 1) ? value : value - (1 << length) + 1;

  const { bytes } = source;
  let { at, bits, count } = source;
  for (let k = 1; k < 64; ) {
    if (count < 16) {
      const [first, second] = [bytes[at]!, bytes[at + 1]!];
      if (at + 1 < bytes.length && first < 0xff && second < 0xff) {
        bits = (bits << 16) | (first << 8) | second;
        count += 16;
        at += 2;
      }
      if (count < 16) {
        source.at = at;
        source.bits = bits;
        source.count = count;
        readAhead(source, 16);
        at = source.at;
        bits = source.bits;
        count = source.count;
      }
    }
    const step =
      ac.quick[(bits >>> (count - quickBits)) & quickMask]! || stepOfLongCode(ac, bits >>> (count - 16));
    // The value behind the code is passed over, if need be beyond what was read ahead.
    count -= step & 255;
    k += step >> 8;
    if (step === 0 || (k > 64 && k <= endOfBlock)) return damaged;
  }
  source.at = at;
  source.bits = bits;
  source.count = count;
  readAhead(source, 0);
  return source.count < source.padding ? damaged : change;
}

const quickMask = (1 << quickBits) - 1;
const stepOf = (table: HuffmanTable, bits: number, count: number): number =>
  table.quick[(bits >>> (count - quickBits)) & quickMask]! || stepOfLongCode(table, bits >>> (count - 16));

/** Reads on until so many bits are at hand. */
function readAhead(source: Source, least: number): void {
  const { bytes } = source;
  while (source.count < least) {
    const byte = bytes[source.at] ?? 0xff;
    if (byte < 0xff || bytes[source.at + 1] === 0) {
      source.bits = (source.bits << 8) | byte;
      source.at += byte < 0xff ? 1 : 2; // a zero behind 255 says that it is no marker
    } else {
      source.bits <<= 8;
      source.padding += 8;
    }
    source.count += 8;
  }
}

/** Whether the marker follows with nothing but the last byte's other bits before it; goes on behind it. */
function endsWith(source: Source, marker: number): boolean {
  const { bytes, at, count, padding } = source;
  if (count - padding > 7 || bytes[at] !== 0xff || bytes[at + 1] !== marker) return false;
  source.at = at + 2;
  source.count = 0;
  source.padding = 0;
  return true;
}

/** As JFIF has it: from luma and colour differences, 128 of which are none. */
function imageOf({ width, height, components }: StrictJpeg, planes: readonly Plane[]): DecodedImage {
  const [acrossAll, downAll] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  const data = new Uint8ClampedArray(acrossAll * downAll * 3);
  const [{ across, down, quantum }, blueness, redness] = components as readonly [
    JpegComponent,
    JpegComponent?,
    JpegComponent?,
  ];
  let to = 0;
  for (let y = 0; y < downAll; y++) {
    for (let x = 0; x < acrossAll; x++) {
      const luma = (planes[0]!.means[y * planes[0]!.stride + x]! * quantum) / 8 + 128;
      const place = Math.floor(y / down) * (planes[1]?.stride ?? 0) + Math.floor(x / across);
      const blue = blueness ? (planes[1]!.means[place]! * blueness.quantum) / 8 : 0;
      const red = redness ? (planes[2]!.means[place]! * redness.quantum) / 8 : 0;
      data[to++] = luma + 1.402 * red;
      data[to++] = luma - 0.344136 * blue - 0.714136 * red;
      data[to++] = luma + 1.772 * blue;
    }
  }
  return { data: new Uint8Array(data.buffer), width: acrossAll, height: downAll };
}
