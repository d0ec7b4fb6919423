// Which TIFFs come out as from Pillow, and what has to be done for it. A TIFF can hold almost anything; what Pillow
// refuses or reads otherwise than sharp is refused by its kind.
// Source: OPEN_INFO in TiffImagePlugin.py of Pillow 12, compared with sharp on the files of test/data/builtTiff.py.

import { UnreadableImage } from '../unreadable.js';
import type { PixelKind } from './sharpPixels.js';
import { readTiffHeader, type TiffHeader } from './tiffHeader.js';

const tags = {
  bits: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samples: 277,
  planes: 284,
  colours: 320,
  tileWidth: 322,
  extra: 338,
  format: 339,
} as const;

const photometrics = ['white is 0', 'black is 0', 'RGB', 'palette', 'mask', 'CMYK', 'YCbCr', '', 'CIELAB'];
const [whiteIs0, blackIs0, rgb, palette, cmyk, yCbCr] = [0, 1, 2, 3, 5, 6];
const [unsigned, signed, float] = [1, 2, 3];
const jpeg = 7;

/** Throws UnreadableImage, with what it is, for a TIFF that can't be taken over. */
export function tiffKind(bytes: Uint8Array): PixelKind {
  const header = readTiffHeader(bytes);
  const photometric = header.number(tags.photometric, 0);
  const samples = header.number(tags.samples, 1);
  const bits = common(header, tags.bits, 1);
  const format = common(header, tags.format, unsigned);
  const tiledPlanes = header.number(tags.planes, 1) === 2 && header.numbers(tags.tileWidth).length > 0;
  const kind = tiledPlanes ? undefined : kindOf(header, photometric, samples, bits, format);
  if (kind !== undefined) return kind;
  const name = photometrics[photometric] || `photometric ${photometric}`;
  const numbers = bits === undefined ? 'mixed bits' : `${bits} ${bits === 1 ? 'bit' : 'bits'}`;
  const signs = format === signed ? ', signed' : format === float ? ', float' : '';
  const planes = tiledPlanes ? ', in tiled planes' : '';
  throw new UnreadableImage(
    `an unusual TIFF: ${name}, ${samples} ${samples === 1 ? 'channel' : 'channels'} of ${numbers}${signs}${planes}`,
  );
}

function kindOf(
  header: TiffHeader,
  photometric: number,
  samples: number,
  bits: number | undefined,
  format: number | undefined,
): PixelKind | undefined {
  const is = (channels: number, ...depths: number[]) => samples === channels && depths.includes(bits ?? 0);
  if (photometric === whiteIs0 || photometric === blackIs0) {
    return greyKind(photometric === whiteIs0, header.littleEndian, is, format);
  }
  if (format !== unsigned) return undefined;
  const extra = header.number(tags.extra, 0);
  if (photometric === rgb) {
    // 16 bits, with colours multiplied by alpha: sharp divides in 16 bits, Pillow in 8.
    return is(3, 8, 16) || is(4, 8) || (is(4, 16) && extra !== 1) ? 'rgb' : undefined;
  }
  if (photometric === palette) return is(1, 1, 2, 4, 8) && hasWholeTable(header, bits!) ? 'rgb' : undefined;
  if (photometric === cmyk) return is(4, 8) ? 'cmyk' : is(4, 16) ? 'cmyk16' : undefined;
  // Of other compressions sharp takes Y, Cb and Cr for red, green and blue.
  if (photometric === yCbCr && header.number(tags.compression, 1) === jpeg)
    return is(3, 8) ? 'rgb' : undefined;
  return undefined;
}

function greyKind(
  inverted: boolean,
  littleEndian: boolean,
  is: (channels: number, ...depths: number[]) => boolean,
  format: number | undefined,
): PixelKind | undefined {
  if (is(1, 1, 2, 4, 8) && format === unsigned) return 'rgb';
  if (is(1, 32) && (format === float || !inverted)) return 'rgb'; // floats are never turned round
  if (inverted) return is(1, 16) && format === unsigned && littleEndian ? 'whiteIs0Grey16' : undefined;
  if (is(1, 16) && (format === unsigned || format === signed)) return 'grey16';
  return is(2, 8) && format === unsigned ? 'rgb' : undefined;
}

/** The one number that a tag has for all channels. */
function common({ numbers }: TiffHeader, tag: number, otherwise: number): number | undefined {
  const [first = otherwise, ...others] = numbers(tag);
  return others.every((number) => number === first) ? first : undefined;
}

/** 16-bit levels for every number: sharp takes a missing table for grey, and 8-bit levels as meant. Pillow does not. */
function hasWholeTable(header: TiffHeader, bits: number): boolean {
  const levels = header.numbers(tags.colours);
  return levels.length === 3 * 2 ** bits && levels.some((level) => level > 255);
}

/** The file itself, or a copy that isn't turned, where it says to turn it in a way that there is not: sharp fails at it. */
export function withKnownOrientation(bytes: Uint8Array): Uint8Array {
  const header = readTiffHeader(bytes);
  const orientation = header.number(tags.orientation, 1);
  const place = header.placeOf(tags.orientation);
  if ((orientation >= 1 && orientation <= 8) || place === undefined) return bytes;
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint16(place, 1, header.littleEndian);
  return copy;
}
