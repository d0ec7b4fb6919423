// The decoder of images: whether it is there, and gives Pillow's pixels.

import { createHash } from 'node:crypto';
import { reasonOf } from '../core/errors.js';
import { type Check, fine, problem } from './check.js';
import type { Figures } from './figures.js';

const name = 'pictures'; // of the JSON contract

/** Loads sharp and decodes and resizes a small JPEG that Pillow has decoded and resized. */
export async function imageCheck({ image, versions }: Figures): Promise<Check> {
  const again = 'npm install (without --omit=optional, on the very system that is to run it) brings it again';
  let decoder: string;
  try {
    // Not imported above: where sharp's native part does not load, the rest is still to be told.
    const { default: sharp } = await import('sharp');
    decoder = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
  } catch (error) {
    return problem(name, `sharp does not load: ${reasonOf(error).trim().split('\n')[0]}`, again);
  }
  const { decodeImage } = await import('../data/decode.js');
  const { createResizer } = await import('../data/transforms/resize.js');
  try {
    const { data, width, height } = await decodeImage(Buffer.from(image.jpeg, 'base64'));
    const resized = createResizer()(data, width, height, 224, 224);
    const same = hash(data) === image.pixels && hash(resized) === image.resized;
    const reference = `Pillow ${versions.pillow}`;
    if (same) return fine(name, `${decoder}; decodes and resizes a JPEG to the bytes of ${reference}`);
    return problem(name, `${decoder}; a JPEG gives other pixels than with ${reference}`, again);
  } catch (error) {
    return problem(name, `${decoder}; it can't decode a JPEG: ${reasonOf(error)}`, again);
  }
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
