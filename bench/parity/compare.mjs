// How the figures of `npm run parity` are compared.

import { createHash } from 'node:crypto';
import { decodeImage } from '../../dist/data/decode.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { createResizer } from '../../dist/data/transforms/resize.js';

/** Of the bytes of an array as they lie in memory. */
export const sha256 = (values) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** Of the values of two arrays. NaN, which no limit holds, where there is one or where the lengths differ. */
export const largestDifference = (values, others) =>
  values.length === others.length
    ? values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - others[i])), 0)
    : Number.NaN;

/** The norm of the difference, of the norm of `expected`; or NaN, likewise. */
export function relativeDistance(values, expected) {
  if (values.length !== expected.length) return Number.NaN;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (values[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** The hash of each image's pixels at 224 x 224; null where it can't be read. */
export async function pixelHashes(files) {
  const resize = createResizer();
  const { size } = imageNetPreprocessing;
  const hashes = [];
  for (const file of files) {
    const image = await decodeImage(file).catch((error) => {
      if (error.name !== 'UnreadableImage') throw error;
    });
    hashes.push(image ? sha256(resize(image.data, image.width, image.height, size, size)) : null);
  }
  return hashes;
}

/** Of arrays by their names, the one that is furthest from its counterpart, by the norm of that. */
export function furthest(arrays, others) {
  const each = [...arrays].map(([name, values]) => ({
    name,
    found: relativeDistance(values, others.get(name)),
  }));
  return each.reduce((one, other) => (other.found <= one.found || Number.isNaN(one.found) ? one : other)); // NaN is furthest of all
}
