// Decodes image files to the pixels of Pillow's `Image.open(file).convert('RGB')`, which torchvision loads.
// Importing this module configures sharp for the whole process: no cache, one thread per image.

import sharp, { type Sharp } from 'sharp';
import { type DecodedImage, pixelLimit, TooManyPixels, tooLargeForMemory } from './decodedImage.js';
import { decodeBmp } from './formats/bmp.js';
import { endsEarly } from './formats/endsEarly.js';
import { withoutTransparency } from './formats/gifFrame.js';
import { recognizeFormat, type SharpFormat } from './formats/imageFormat.js';
import { isFourColourJpeg, isGrey16Png } from './formats/imageHeader.js';
import { decodeNetpbm } from './formats/netpbm.js';
import { type PixelKind, takePixels } from './formats/sharpPixels.js';
import { tiffKind, withValidOrientation } from './formats/tiffKind.js';
import { readImageFile } from './imageFile.js';
import type { Grey16 } from './transforms/preprocessing.js';
import { UnreadableImage } from './unreadable.js';

export { type DecodedImage, UnreadableImage };

sharp.cache(false);
sharp.concurrency(1); // images are decoded concurrently
sharp.simd(true);

/** Default: as in Pillow. */
export interface DecodeOptions {
  readonly limit?: number | undefined;
  readonly grey16?: Grey16 | undefined;
  /** Whether to rotate by the EXIF orientation, as `ImageOps.exif_transpose` does. */
  readonly exif?: boolean | undefined;
}

/**
 * Decodes a JPEG, PNG, WebP, GIF, AVIF, TIFF, BMP, PBM, PGM or PPM file, given as a path or as its bytes. Detects the
 * format from the content, not from the name.
 *
 * As in Pillow: colour profiles are ignored; EXIF orientation is applied only to TIFF (unless `exif`); alpha is
 * dropped without blending; 16-bit colours are reduced to their high byte, but 16-bit grey is clipped at 255 (unless
 * `grey16` is `scale`); only the first frame is decoded. Throws UnreadableImage; TooManyPixels, before decoding, for
 * images with more than `limit` pixels.
 */
export async function decodeImage(
  source: string | Uint8Array,
  { limit = pixelLimit, grey16 = 'clip', exif = false }: DecodeOptions = {},
): Promise<DecodedImage> {
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  const format = recognizeFormat(bytes);
  if (format === 'bmp') return decodeBmp(bytes, limit);
  if (format === 'netpbm') return decodeNetpbm(bytes, limit, grey16);
  try {
    return await takePixels[kindOf(format, bytes)](open(format, bytes, limit, exif), grey16);
  } catch (error) {
    if (error instanceof UnreadableImage) throw error;
    const { message } = error as Error;
    if (/pixel limit/.test(message)) throw new TooManyPixels(await pixelsIn(bytes), limit);
    throw unreadable(message, format, bytes);
  }
}

async function pixelsIn(bytes: Uint8Array): Promise<number> {
  const header = sharp(bytes, { limitInputPixels: false }).metadata();
  return await header.then(
    ({ width, height }) => width * height,
    () => Number.POSITIVE_INFINITY,
  );
}
const prepare: Partial<Record<SharpFormat, (bytes: Uint8Array) => Uint8Array>> = {
  tiff: withValidOrientation,
  gif: withoutTransparency,
};

/**
 * `failOn`: as in Pillow, stray bytes in a JPEG and wrong checksums in a PNG are accepted, truncated files are not.
 * libtiff reports truncation as an error, the stricter level.
 */
const open = (format: SharpFormat, bytes: Uint8Array, limit: number, exif: boolean): Sharp =>
  sharp(prepare[format]?.(bytes) ?? bytes, {
    failOn: format === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: limit,
    ignoreIcc: true,
    autoOrient: exif || format === 'tiff',
  });

/** The layout of the pixels in the file. sharp converts all but a few kinds to RGB as Pillow does. */
function kindOf(format: SharpFormat, bytes: Uint8Array): PixelKind {
  if (format === 'jpeg') return isFourColourJpeg(bytes) ? 'cmyk' : 'rgb';
  if (format === 'png') return isGrey16Png(bytes) ? 'grey16' : 'rgb';
  return format === 'tiff' ? tiffKind(bytes) : 'rgb';
}

/** sharp's own messages are long, and get mixed up when several images fail at the same time. */
function unreadable(message: string, format: SharpFormat, bytes: Uint8Array): UnreadableImage {
  if (/out of memory/i.test(message)) return tooLargeForMemory();
  return new UnreadableImage(endsEarly(format, bytes) ? 'truncated' : `a damaged ${format.toUpperCase()}`);
}
