// Photos on a page: decoded to size, and under a heat map.

import sharp from 'sharp';
import { dataError, printable } from '../core/errors.js';
import { decodeImage, UnreadableImage } from '../data/decode.js';
import { fitted } from '../data/transforms/fit.js';
import type { Preprocessing } from '../data/transforms/preprocessing.js';
import { createResizer } from '../data/transforms/resize.js';
import { heatColour } from './colours.js';
import type { Pixels } from './page.js';

const resize = createResizer();

/**
 * Decodes a photo as the network's loader does and scales its longer side to `side` pixels; where the network sees only
 * its centre, that. Throws a data error.
 */
export async function fittedPhoto(
  source: string | Uint8Array,
  name: string,
  side: number,
  { grey16, exif, size, shorterSide }: Preprocessing,
): Promise<Pixels> {
  const image = await decodeImage(source, { grey16, exif }).catch((error: unknown) => {
    if (!(error instanceof UnreadableImage)) throw error;
    throw dataError(`The image '${printable(name)}' can't be read: ${error.message}.`);
  });
  if (shorterSide !== undefined) {
    const scaled = { size: side, shorterSide: Math.round((side * shorterSide) / size) };
    return { width: side, height: side, rgb: fitted(resize, image, scaled) };
  }
  const { data, width, height } = image;
  const scale = side / Math.max(width, height);
  const scaled = (length: number) => Math.max(1, Math.round(length * scale));
  const [outWidth, outHeight] = [scaled(width), scaled(height)];
  return { width: outWidth, height: outHeight, rgb: resize(data, width, height, outWidth, outHeight) };
}

/** The largest opacity of the heat's colour. */
const opacity = 0.62;

/**
 * Overlays `heat`, [side, side] from 0 to 1, on the whole photo, as the network's input is all of it, squashed to a
 * square. Places of low heat become grey and darker.
 */
export async function withHeat(photo: Pixels, heat: Float32Array, side: number): Promise<Pixels> {
  const { width, height, rgb } = photo;
  const levels = Uint8Array.from(heat, (value) => Math.round(value * 255));
  const smooth = await sharp(levels, { raw: { width: side, height: side, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const result = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const hot = smooth[pixel]! / 255;
    const at = 3 * pixel;
    const grey = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
    const colour = heatColour(hot);
    const alpha = opacity * Math.min(1, hot * 1.6);
    for (let channel = 0; channel < 3; channel++) {
      const shown = (grey + (rgb[at + channel]! - grey) * (0.15 + 0.85 * hot)) * (0.75 + 0.25 * hot);
      result[at + channel] = Math.round(shown * (1 - alpha) + colour[channel as 0 | 1 | 2] * alpha);
    }
  }
  return { width, height, rgb: result };
}
