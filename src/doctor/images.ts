// Checks that images can be decoded, with the same pixels as Pillow.

import { createHash } from 'node:crypto';
import { reasonOf } from '../core/errors.js';
import { type Check, pass, problem } from './diagnosis.js';
import type { Figures } from './figures.js';

const name = 'pictures'; // part of the JSON contract (docs/json.md)

/** Loads sharp, decodes and resizes a small JPEG, and compares the pixels with Pillow's. */
export async function imageCheck({ image, versions }: Figures): Promise<Check> {
  const reinstall = 'reinstall it with npm install, without --omit=optional, on the system that runs it';
  let decoder: string;
  try {
    // Imported dynamically: the other checks must run even if sharp's native library does not load.
    const { default: sharp } = await import('sharp');
    decoder = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
  } catch (error) {
    return problem(name, `sharp does not load: ${reasonOf(error).trim().split('\n')[0]}`, reinstall);
  }
  const { decodeImage } = await import('../data/decode.js');
  const { createResizer } = await import('../data/transforms/resize.js');
  try {
    const { data, width, height } = await decodeImage(Buffer.from(image.jpeg, 'base64'));
    const resized = createResizer()(data, width, height, 224, 224);
    const same = hash(data) === image.pixels && hash(resized) === image.resized;
    const reference = `Pillow ${versions.pillow}`;
    if (same) return pass(name, `${decoder}; decodes and resizes a JPEG to the same pixels as ${reference}`);
    return problem(name, `${decoder}; the pixels of a JPEG differ from ${reference}'s`, reinstall);
  } catch (error) {
    return problem(name, `${decoder}; it can't decode a JPEG: ${reasonOf(error)}`, reinstall);
  }
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
