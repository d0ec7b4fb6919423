// Measures the near-duplicate detection of `alexft check`: the recall on re-encoded and resized photos, and the false
// positives among all pairs of different photos.
//
//   node bench/nearDuplicates.mjs DIR [--changed N]
//
// DIR: one folder of images per class. N: the number of photos to re-encode and resize (default 400).

import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { accountFor } from '../dist/audit/account.js';
import { hammingDistance, hashImage } from '../dist/audit/imageHash.js';
import { isNearDuplicate, maxBits } from '../dist/audit/nearDuplicates.js';
import { decodeImage } from '../dist/data/decode.js';
import { createResizer } from '../dist/data/transforms/resize.js';

const { values, positionals } = parseArgs({
  options: { changed: { type: 'string', default: '400' } },
  allowPositionals: true,
});
const root = positionals[0];
const resize = createResizer();
const hashOf = async (source) => hashImage(await decodeImage(source), resize);

const scaled = (image, { width, height }, by) =>
  image.resize(Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by)), { fit: 'fill' });

const changes = {
  'JPEG, quality 30': (image) => image.jpeg({ quality: 30 }),
  'JPEG, quality 60': (image) => image.jpeg({ quality: 60 }),
  'WebP, quality 50': (image) => image.webp({ quality: 50 }),
  PNG: (image) => image.png(),
  'half the size, PNG': (image, size) => scaled(image, size, 1 / 2).png(),
  'a quarter of the size, PNG': (image, size) => scaled(image, size, 1 / 4).png(),
  'a third of the size, JPEG 60': (image, size) => scaled(image, size, 1 / 3).jpeg({ quality: 60 }),
  '1.5 times the size, JPEG 90': (image, size) => scaled(image, size, 1.5).jpeg({ quality: 90 }),
  '224 x 224, JPEG 80': (image) => image.resize(224, 224, { fit: 'fill' }).jpeg({ quality: 80 }),
};

const { images } = await accountFor(root);
const paths = images.map(({ path }) => `${root}/${path}`);
const hashes = [];
for (const path of paths) hashes.push(await hashOf(path));

const step = Math.max(1, Math.floor(paths.length / Number(values.changed)));
console.log(`| change | found | largest distance, of 256 bits |\n|---|---|---|`);
for (const [name, change] of Object.entries(changes)) {
  let [found, all, largest] = [0, 0, 0];
  for (let index = 0; index < paths.length; index += step) {
    const image = sharp(paths[index]);
    const hash = await hashOf(await change(image, await image.metadata()).toBuffer());
    all += 1;
    if (hash && isNearDuplicate(hashes[index], hash)) found += 1;
    if (hash) largest = Math.max(largest, hammingDistance(hashes[index].bits, hash.bits));
  }
  console.log(`| ${name} | ${found} of ${all} | ${largest} |`);
}

const matches = [];
let pairs = 0;
let smallest = 256;
for (let a = 0; a < hashes.length; a++) {
  for (let b = a + 1; b < hashes.length; b++) {
    if (!hashes[a] || !hashes[b]) continue;
    pairs += 1;
    if (isNearDuplicate(hashes[a], hashes[b])) matches.push(`${images[a].path} = ${images[b].path}`);
    else smallest = Math.min(smallest, hammingDistance(hashes[a].bits, hashes[b].bits));
  }
}
console.log(`\n${matches.length} of ${pairs} pairs of photos are near-duplicates: ${matches.join(', ')}`);
console.log(`The smallest distance of the others is ${smallest} bits; the limit is ${maxBits}.`);
