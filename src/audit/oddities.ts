// What is out of the ordinary in an image that can be read: the training takes it, perhaps not as its owner sees it.

import { extname } from 'node:path';
import sharp from 'sharp';
import type { ImageFormat } from '../data/formats/imageFormat.js';
import { isFourColourJpeg, isGrey16Png } from '../data/formats/imageHeader.js';
import { type Glance, hugeArea } from './glance.js';

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

/** Pixels of the shorter side below which nothing can be seen. */
const tinySide = 32;
/** How many times longer one side may be: the network sees a square. */
const longest = 4;

/** All of them, of an image that can be decoded from `bytes`. `path` is looked at for its ending. */
export async function odditiesOf(
  path: string,
  bytes: Uint8Array,
  format: ImageFormat,
  glance: Glance,
): Promise<Oddity[]> {
  return [
    ...ofHeader(format, bytes),
    ...(await ofMetadata(format, bytes)),
    ...ofPixels(glance),
    ...ofName(path, format),
  ];
}

const oddity = (is: boolean, kind: OddityKind, detail: string): Oddity[] => (is ? [{ kind, detail }] : []);

function ofHeader(format: ImageFormat, bytes: Uint8Array): Oddity[] {
  const head = bufferOf(bytes).subarray(0, 1024);
  return [
    ...oddity(
      format === 'jpeg' && isFourColourJpeg(bytes),
      'cmyk',
      'its colours are taken without their profile',
    ),
    ...oddity(
      format === 'png' && isGrey16Png(bytes),
      'grey16',
      'all above 255 of 65535 is white, as in Pillow',
    ),
    ...oddity(format === 'png' && head.includes('acTL'), 'animated', 'only its first frame is seen'),
  ];
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);

async function ofMetadata(format: ImageFormat, bytes: Uint8Array): Promise<Oddity[]> {
  if (format === 'bmp' || format === 'netpbm') return [];
  // A JPEG has nothing of this but an orientation, and that in EXIF: most have none, and asking takes a quarter as long as decoding.
  if (format === 'jpeg' && !bufferOf(bytes).includes('Exif\0')) return [];
  const options = { failOn: 'none', limitInputPixels: false } as const;
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch(() => undefined);
  if (metadata === undefined) return []; // it was decoded all the same
  const { pages = 1, orientation = 1, hasAlpha = false, space } = metadata;
  return [
    ...oddity(pages > 1, 'animated', `only the first of ${pages} frames is seen`),
    // A TIFF is turned, as Pillow does it.
    ...oddity(
      orientation !== 1 && format !== 'tiff',
      'rotated',
      `orientation ${orientation} is not followed, as in torchvision`,
    ),
    ...oddity(hasAlpha, 'alpha', 'the colours behind it are seen'),
    ...oddity(format === 'tiff' && space === 'cmyk', 'cmyk', 'its colours are taken without their profile'),
    ...oddity(
      format === 'tiff' && space === 'grey16',
      'grey16',
      'all above 255 of 65535 is white, as in Pillow',
    ),
  ];
}

function ofPixels({ width, height, oneColour }: Glance): Oddity[] {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const size = `${width} x ${height} pixels`;
  return [
    ...oddity(short < tinySide, 'tiny', size),
    ...oddity(width * height > hugeArea, 'huge', size),
    ...oddity(long > longest * short, 'elongated', `${size}, seen as a square`),
    ...oddity(oneColour !== undefined, 'one-colour', `nothing but ${oneColour}`),
  ];
}

const endings: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpeg: ['.jpg', '.jpeg'],
  png: ['.png'],
  webp: ['.webp'],
  tiff: ['.tif', '.tiff'],
  bmp: ['.bmp'],
  netpbm: ['.ppm', '.pgm'],
};

function ofName(path: string, format: ImageFormat): Oddity[] {
  const ending = extname(path).toLowerCase() || path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const name = format === 'netpbm' ? 'PBM, PGM or PPM' : format.toUpperCase();
  return oddity(!endings[format].includes(ending), 'ending', `named ${ending}, but a ${name}`);
}
