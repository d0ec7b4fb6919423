// Properties of a readable image that may surprise its owner in training: ignored EXIF orientation, dropped alpha, ...

import { extname } from 'node:path';
import sharp from 'sharp';
import type { DecodedImage } from '../data/decodedImage.js';
import { isGrey16 } from '../data/formats/grey16.js';
import type { ImageFormat } from '../data/formats/imageFormat.js';
import { isFourColourJpeg } from '../data/formats/imageHeader.js';
import { extensionsOf } from '../data/formats/imageNames.js';

export type OddityKind =
  | 'cmyk'
  | 'rotated'
  | 'animated'
  | 'alpha'
  | 'grey16'
  | 'tiny'
  | 'huge'
  | 'elongated'
  | 'one-colour'
  | 'ending';

export interface Oddity {
  readonly kind: OddityKind;
  readonly detail: string;
}

/** An image with a shorter side than this shows next to nothing. */
const tinySide = 32;
/** An image with more pixels takes most of a second to decode in each epoch, and much memory. */
const hugeArea = 50e6;
/** An image with a larger aspect ratio is distorted by resizing it to a square. */
const maxAspectRatio = 4;

/** The largest difference between the levels of an image of one colour: JPEG is lossy. */
const oneColourTolerance = 8;

/** Lists the oddities of `image`, which was decoded from the `bytes` of the file `path`. */
export async function odditiesOf(
  path: string,
  bytes: Uint8Array,
  format: ImageFormat,
  image: DecodedImage,
): Promise<Oddity[]> {
  return [
    ...ofHeader(format, bytes),
    ...(await ofMetadata(format, bytes)),
    ...ofPixels(image),
    ...ofName(path, format),
  ];
}

const oddity = (is: boolean, kind: OddityKind, detail: string): Oddity[] => (is ? [{ kind, detail }] : []);

const cmyk = (is: boolean) => oddity(is, 'cmyk', 'converted to RGB without its colour profile');

function ofHeader(format: ImageFormat, bytes: Uint8Array): Oddity[] {
  const head = bufferOf(bytes).subarray(0, 1024);
  return [
    ...cmyk(format === 'jpeg' && isFourColourJpeg(bytes)),
    ...oddity(isGrey16(bytes), 'grey16', 'values above 255 of 65535 become white, as in Pillow'),
    ...oddity(format === 'png' && head.includes('acTL'), 'animated', 'only the first frame is used'),
  ];
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);

async function ofMetadata(format: ImageFormat, bytes: Uint8Array): Promise<Oddity[]> {
  if (format === 'bmp' || format === 'netpbm') return [];
  // Of these properties a JPEG has only the orientation, in EXIF. metadata() takes a tenth of the time of decoding.
  if (format === 'jpeg' && !bufferOf(bytes).includes('Exif\0')) return [];
  const options = { failOn: 'none', limitInputPixels: false } as const;
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch(() => undefined);
  if (metadata === undefined) return [];
  const { pages = 1, orientation = 1, hasAlpha = false, space } = metadata;
  return [
    ...oddity(pages > 1, 'animated', `only the first of ${pages} frames is used`),
    // Pillow applies the orientation of a TIFF, and so does decodeImage.
    ...oddity(
      orientation !== 1 && format !== 'tiff',
      'rotated',
      `EXIF orientation ${orientation} is ignored, as in torchvision`,
    ),
    ...oddity(hasAlpha, 'alpha', 'the alpha channel is dropped'),
    ...cmyk(format === 'tiff' && space === 'cmyk'),
  ];
}

function ofPixels(image: DecodedImage): Oddity[] {
  const { width, height } = image;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const size = `${width} x ${height} pixels`;
  return [
    ...oddity(short < tinySide, 'tiny', size),
    ...oddity(width * height > hugeArea, 'huge', size),
    ...oddity(long > maxAspectRatio * short, 'elongated', `${size}, resized to a square`),
    ...oddity(isOneColour(image), 'one-colour', `only ${firstColour(image)}`),
  ];
}

/** Stops at the first different pixel, which is near the start of almost every image. */
function isOneColour({ data }: DecodedImage): boolean {
  for (let i = 3; i < data.length; i++) {
    if (Math.abs(data[i]! - data[i % 3]!) > oneColourTolerance) return false;
  }
  return true;
}

const firstColour = ({ data }: DecodedImage): string =>
  `#${Buffer.from(data.subarray(0, 3)).toString('hex')}`;

function ofName(path: string, format: ImageFormat): Oddity[] {
  const extension = extname(path).toLowerCase() || path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const name = format === 'netpbm' ? 'PBM, PGM or PPM' : format.toUpperCase();
  return oddity(!extensionsOf[format].includes(extension), 'ending', `extension ${extension}, but a ${name}`);
}
