// Measures how well `alexft check` tells pictures that look the same: photos encoded anew and resized against their
// originals (how many are found), and all pairs of different photos (how many are taken for the same).
//
//   node bench/nearDuplicates.mjs DIR [--changed N]
//
// DIR has a folder of pictures a class; of N photos (default 400), evenly taken, the changed ones are made.

import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { accountFor } from '../dist/data/audit/account.js';
import { glanceAt } from '../dist/data/audit/glance.js';
import { looksTheSame, mostBits } from '../dist/data/audit/nearDuplicates.js';
import { distance } from '../dist/data/audit/perceptualHash.js';
import { readPictureFile } from '../dist/data/pictureFile.js';
import { recognizeFormat } from '../dist/data/pictureFormat.js';
import { createResizer } from '../dist/data/resize.js';

const { values, positionals } = parseArgs({
  options: { changed: { type: 'string', default: '400' } },
  allowPositionals: true,
});
const root = positionals[0];
const resize = createResizer();
const seen = async (source) => {
  const bytes = typeof source === 'string' ? await readPictureFile(source) : source;
  return (await glanceAt(bytes, recognizeFormat(bytes), resize)).look;
};

const scaled = (picture, { width, height }, by) =>
  picture.resize(Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by)), { fit: 'fill' });

const changes = {
  'JPEG, quality 30': (picture) => picture.jpeg({ quality: 30 }),
  'JPEG, quality 60': (picture) => picture.jpeg({ quality: 60 }),
  'WebP, quality 50': (picture) => picture.webp({ quality: 50 }),
  PNG: (picture) => picture.png(),
  'half the size, PNG': (picture, size) => scaled(picture, size, 1 / 2).png(),
  'a quarter of the size, PNG': (picture, size) => scaled(picture, size, 1 / 4).png(),
  'a third of the size, JPEG 60': (picture, size) => scaled(picture, size, 1 / 3).jpeg({ quality: 60 }),
  '1.5 times the size, JPEG 90': (picture, size) => scaled(picture, size, 1.5).jpeg({ quality: 90 }),
  '224 x 224, JPEG 80': (picture) => picture.resize(224, 224, { fit: 'fill' }).jpeg({ quality: 80 }),
};

const { pictures } = await accountFor(root);
const paths = pictures.map(({ path }) => `${root}/${path}`);
const looks = [];
for (const path of paths) looks.push(await seen(path));

const step = Math.max(1, Math.floor(paths.length / Number(values.changed)));
console.log(`| changed photos | found | most bits of 256 |\n|---|---|---|`);
for (const [name, change] of Object.entries(changes)) {
  let [found, all, most] = [0, 0, 0];
  for (let index = 0; index < paths.length; index += step) {
    const picture = sharp(paths[index]);
    const look = await seen(await change(picture, await picture.metadata()).toBuffer());
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
    if (looksTheSame(looks[a], looks[b])) taken.push(`${pictures[a].path} = ${pictures[b].path}`);
    else closest = Math.min(closest, distance(looks[a].hash, looks[b].hash));
  }
}
console.log(`\nOf ${pairs} pairs of photos ${taken.length} are taken for the same: ${taken.join(', ')}`);
console.log(`The closest others differ in ${closest} bits; up to ${mostBits} count as the same.`);
