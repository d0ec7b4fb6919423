// An image file's pixels: what Pillow gives for `Image.open(file).convert('RGB')`, which is what torchvision loads.
// Opening this module sets sharp up for the whole process: no cache, one thread an image.

import sharp, { type Sharp } from 'sharp';
import { type DecodedImage, pixelLimit, tooLargeForMemory, tooManyPixels } from './decodedImage.js';
import { decodeBmp } from './formats/bmp.js';
import { recognizeFormat, type SharpFormat } from './formats/imageFormat.js';
import { endsEarly, isFourColourJpeg, isGrey16Png } from './formats/imageHeader.js';
import { decodeNetpbm } from './formats/netpbm.js';
import { type PixelKind, takePixels } from './formats/sharpPixels.js';
import { tiffKind, withKnownOrientation } from './formats/tiffKind.js';
import { readImageFile } from './imageFile.js';
import { UnreadableImage } from './unreadable.js';

export { type DecodedImage, UnreadableImage };

sharp.cache(false);
sharp.concurrency(1); // the images are decoded side by side
sharp.simd(true);

/**
 * Decodes a JPEG, PNG, WebP, TIFF, BMP, PBM, PGM or PPM file (a path, or its bytes): the format is that of its content,
 * whatever its name.
 *
 * As in Pillow, colour profiles are ignored, and so is EXIF's orientation but in a TIFF; alpha is dropped as it is;
 * 16-bit colours keep their high byte, but 16-bit grey is cut at 255; of several frames the first is taken. Throws
 * UnreadableImage.
 */
export async function decodeImage(source: string | Uint8Array): Promise<DecodedImage> {
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  const format = recognizeFormat(bytes);
  if (format === 'bmp') return decodeBmp(bytes);
  if (format === 'netpbm') return decodeNetpbm(bytes);
  try {
    return await takePixels[kindOf(format, bytes)](open(format, bytes));
  } catch (error) {
    if (error instanceof UnreadableImage) throw error;
    throw unreadable((error as Error).message, format, bytes);
  }
}

/**
 * `failOn`: stray bytes in a JPEG, an odd header, a wrong checksum in a PNG pass, as in Pillow; a file that ends early
 * does not, and of a TIFF that is only noticed by the stricter level.
 */
const open = (format: SharpFormat, bytes: Uint8Array): Sharp =>
  sharp(format === 'tiff' ? withKnownOrientation(bytes) : bytes, {
    failOn: format === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: pixelLimit,
    ignoreIcc: true,
    autoOrient: format === 'tiff',
  });

/** How the pixels lie in the file: all but a few kinds sharp turns into RGB as Pillow does. */
function kindOf(format: SharpFormat, bytes: Uint8Array): PixelKind {
  if (format === 'jpeg') return isFourColourJpeg(bytes) ? 'cmyk' : 'rgb';
  if (format === 'png') return isGrey16Png(bytes) ? 'grey16' : 'rgb';
  return format === 'webp' ? 'rgb' : tiffKind(bytes);
}

/** The decoders' own words are long, name their sources, and get mixed up when several images fail at once. */
function unreadable(message: string, format: SharpFormat, bytes: Uint8Array): UnreadableImage {
  if (/pixel limit/.test(message)) return tooManyPixels();
  if (/out of memory/i.test(message)) return tooLargeForMemory();
  return new UnreadableImage(endsEarly(format, bytes) ? 'truncated' : `a damaged ${format.toUpperCase()}`);
}
