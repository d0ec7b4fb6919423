// Decides how to decode a TIFF so that the pixels equal Pillow's. Rejects kinds that Pillow rejects or that sharp
// decodes differently. Source: OPEN_INFO in TiffImagePlugin.py of Pillow 12, compared with sharp on the files of
// test/data/formats/builtTiff.py.

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

/** Throws UnreadableImage, with a description, for an unsupported TIFF. */
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
    `an unsupported TIFF: ${name}, ${samples} ${samples === 1 ? 'channel' : 'channels'} of ${numbers}${signs}${planes}`,
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
    // 16 bits with premultiplied alpha: sharp divides by alpha in 16 bits, Pillow in 8.
    return is(3, 8, 16) || is(4, 8) || (is(4, 16) && extra !== 1) ? 'rgb' : undefined;
  }
  if (photometric === palette) return is(1, 1, 2, 4, 8) && hasValidPalette(header, bits!) ? 'rgb' : undefined;
  if (photometric === cmyk) return is(4, 8) ? 'cmyk' : is(4, 16) ? 'cmyk16' : undefined;
  // With other compressions, sharp treats Y, Cb and Cr as red, green and blue.
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
  if (is(1, 32) && (format === float || !inverted)) return 'rgb'; // floats are never inverted
  if (inverted) return is(1, 16) && format === unsigned && littleEndian ? 'whiteIs0Grey16' : undefined;
  if (is(1, 16) && (format === unsigned || format === signed)) return 'grey16';
  return is(2, 8) && format === unsigned ? 'rgb' : undefined;
}

/** The value of a tag if it is the same for all channels. */
function common({ numbers }: TiffHeader, tag: number, fallback: number): number | undefined {
  const [first = fallback, ...others] = numbers(tag);
  return others.every((number) => number === first) ? first : undefined;
}

/** Whether the palette is complete and 16-bit. Unlike Pillow, sharp accepts a missing palette and 8-bit levels. */
function hasValidPalette(header: TiffHeader, bits: number): boolean {
  const levels = header.numbers(tags.colours);
  return levels.length === 3 * 2 ** bits && levels.some((level) => level > 255);
}

/** Resets an invalid orientation, which sharp rejects, in a copy of the file. */
export function withValidOrientation(bytes: Uint8Array): Uint8Array {
  const header = readTiffHeader(bytes);
  const orientation = header.number(tags.orientation, 1);
  const offset = header.offsetOf(tags.orientation);
  if ((orientation >= 1 && orientation <= 8) || offset === undefined) return bytes;
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint16(offset, 1, header.littleEndian);
  return copy;
}
