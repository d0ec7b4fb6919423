// Measures how well `alexft check` tells images that look the same: photos encoded anew and resized against their
// originals (how many are found), and all pairs of different photos (how many are taken for the same).
//
//   node bench/nearDuplicates.mjs DIR [--changed N]
//
// DIR has a folder of images a class; of N photos (default 400), evenly taken, the changed ones are made.

import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { accountFor } from '../dist/audit/account.js';
import { glanceAt } from '../dist/audit/glance.js';
import { distance } from '../dist/audit/imageHash.js';
import { looksTheSame, mostBits } from '../dist/audit/nearDuplicates.js';
import { recognizeFormat } from '../dist/data/formats/imageFormat.js';
import { readImageFile } from '../dist/data/imageFile.js';
import { createResizer } from '../dist/data/transforms/resize.js';

const { values, positionals } = parseArgs({
  options: { changed: { type: 'string', default: '400' } },
  allowPositionals: true,
});
const root = positionals[0];
const resize = createResizer();
const seen = async (source) => {
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  return (await glanceAt(bytes, recognizeFormat(bytes), resize)).look;
};

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
const looks = [];
for (const path of paths) looks.push(await seen(path));

const step = Math.max(1, Math.floor(paths.length / Number(values.changed)));
console.log(`| changed photos | found | most bits of 256 |\n|---|---|---|`);
for (const [name, change] of Object.entries(changes)) {
  let [found, all, most] = [0, 0, 0];
  for (let index = 0; index < paths.length; index += step) {
    const image = sharp(paths[index]);
    const look = await seen(await change(image, await image.metadata()).toBuffer());
    all += 1;
    if (look && looksTheSame(looks[index], look)) found += 1;
    if (look) most = Math.max(most, distance(looks[index].hash, look.hash));
  }
  console.log(`| ${name} | ${found} of ${all} | ${most} |`);
}

const taken = [];
let pairs = 0;
let closest = 256;
for (let a = 0; a < looks.length; a++) {
  for (let b = a + 1; b < looks.length; b++) {
    if (!looks[a] || !looks[b]) continue;
    pairs += 1;
    if (looksTheSame(looks[a], looks[b])) taken.push(`${images[a].path} = ${images[b].path}`);
    else closest = Math.min(closest, distance(looks[a].hash, looks[b].hash));
  }
}
console.log(`\nOf ${pairs} pairs of photos ${taken.length} are taken for the same: ${taken.join(', ')}`);
console.log(`The closest others differ in ${closest} bits; up to ${mostBits} count as the same.`);
