// Images that look the same: those that were encoded anew or resized are found, others are not, and the search finds
// what comparing each with each would.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { distance, type Look, lookOf } from '../../dist/audit/imageHash.js';
import { joinNearDuplicates, looksTheSame, mostBits } from '../../dist/audit/nearDuplicates.js';
import { decodeImage } from '../../dist/data/decode.js';
import { createGroups } from '../../dist/data/groups.js';
import { createResizer } from '../../dist/data/transforms/resize.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { shared, withoutShared } from '../support.js';

const resize = createResizer();
const seen = async (source: string | Uint8Array) => lookOf(await decodeImage(source), resize);

/** Looks in clusters: each a few bits from its cluster's first. */
function drawnLooks(clusters: number, each: number, seed: number): Look[] {
  const generator = new MersenneTwister(seed);
  const word = () => Math.floor(generator.rand() * 2 ** 32) >>> 0;
  return Array.from({ length: clusters }, () => Uint32Array.from({ length: 8 }, word)).flatMap((first) =>
    Array.from({ length: each }, () => {
      const hash = first.slice();
      for (let bits = Math.floor(generator.rand() * 40); bits > 0; bits--) {
        const bit = Math.floor(generator.rand() * 256);
        hash[bit >> 5]! ^= 1 << (bit & 31);
      }
      const level = () => 100 + Math.floor(generator.rand() * 18);
      return { hash, colour: [level(), level(), level()] as const };
    }),
  );
}

test('the search finds all pairs that comparing each with each finds', async () => {
  for (let seed = 0; seed < 5; seed++) {
    const looks: (Look | undefined)[] = [...drawnLooks(60, 5, seed), undefined, undefined];
    const expected = createGroups(looks.length);
    let pairs = 0;
    looks.forEach((a, i) => {
      looks.forEach((b, j) => {
        if (!a || !b || i >= j || !looksTheSame(a, b)) return;
        expected.join(i, j);
        pairs += 1;
      });
    });
    const found = createGroups(looks.length);
    await joinNearDuplicates(looks, found);
    assert.ok(pairs > 100);
    assert.deepEqual(found.list(), expected.list());
  }
});

test('hashes as far apart as may be are found, whichever bits differ', async () => {
  const zero = new Uint32Array(8);
  const gray = [0, 0, 0] as const;
  for (const offset of [0, 1, 5]) {
    const other = new Uint32Array(8);
    // Spread evenly: the worst for a search by parts.
    for (let i = 0; i < mostBits; i++) {
      const bit = (Math.floor((i * 256) / mostBits) + offset) % 256;
      other[bit >> 5]! |= 1 << (bit & 31);
    }
    assert.equal(distance(zero, other), mostBits);
    const groups = createGroups(2);
    await joinNearDuplicates(
      [
        { hash: zero, colour: gray },
        { hash: other, colour: gray },
      ],
      groups,
    );
    assert.deepEqual(groups.list(), [[0, 1]]);
  }
});

test('many images that are alike, or nearly, cost no more than others', async () => {
  const [first] = drawnLooks(1, 1, 0);
  const nearly = (index: number): Look => {
    const hash = first!.hash.slice();
    for (const bit of [index % 256, (index >> 8) % 256, (index * 7) % 256])
      hash[bit >> 5]! ^= 1 << (bit & 31);
    return { ...first!, hash };
  };
  const count = 3000;
  for (const look of [() => first!, nearly]) {
    const groups = createGroups(count);
    const start = performance.now();
    await joinNearDuplicates(
      Array.from({ length: count }, (_, index) => look(index)),
      groups,
    );
    assert.deepEqual(groups.list(), [[...Array(count).keys()]]);
    assert.ok(performance.now() - start < 20_000);
  }
});

test('an image of one colour looks like nothing; one in other colours is another', async () => {
  const of = (pixel: (x: number, y: number) => number[]) => {
    const data = Uint8Array.from({ length: 64 * 64 }, (_, i) => i).length;
    const bytes = new Uint8Array(data * 3);
    for (let i = 0; i < data; i++) bytes.set(pixel(i % 64, i >> 6), 3 * i);
    return lookOf({ data: bytes, width: 64, height: 64 }, resize);
  };
  assert.equal(
    of(() => [10, 200, 30]),
    undefined,
  );
  const wave = (x: number, y: number) => 60 + 50 * Math.sin(x / 5) * Math.cos(y / 7);
  const red = of((x, y) => [wave(x, y), 0, 0])!;
  assert.ok(looksTheSame(red, of((x, y) => [wave(x, y), 0, 0])!));
  // The same grey, from green.
  assert.ok(!looksTheSame(red, of((x, y) => [0, (wave(x, y) * 0.299) / 0.587, 0])!));
});

test('photos, encoded anew and resized, and each other', { skip: withoutShared }, async () => {
  const folder = join(shared, 'data', 'PetImages', 'Cat');
  const names = (await readdir(folder)).sort().slice(0, 40);
  const originals: Look[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const look = (await seen(path))!;
    const { width, height } = await sharp(path).metadata();
    for (const changed of [
      sharp(path).jpeg({ quality: 50 }),
      sharp(path).png(),
      sharp(path).webp({ quality: 60 }),
      sharp(path)
        .resize(Math.ceil(width / 2), Math.ceil(height / 2), { fit: 'fill' })
        .jpeg({ quality: 80 }),
      sharp(path).resize(224, 224, { fit: 'fill' }).png(),
    ]) {
      assert.ok(looksTheSame(look, (await seen(await changed.toBuffer()))!), name);
    }
    for (const other of originals) assert.ok(!looksTheSame(look, other), name);
    originals.push(look);
  }
});
