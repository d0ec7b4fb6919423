// Near-duplicates: re-encoded and resized images are found, different images are not, and the search finds the same
// pairs as a comparison of all pairs.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { hammingDistance, hashImage, type ImageHash } from '../../dist/audit/imageHash.js';
import { isNearDuplicate, joinNearDuplicates, maxBits } from '../../dist/audit/nearDuplicates.js';
import { createGroups } from '../../dist/data/dataset/groups.js';
import { decodeImage } from '../../dist/data/decode.js';
import { createResizer } from '../../dist/data/transforms/resize.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { shared, withoutShared } from '../support.js';

const resize = createResizer();
const hashOf = async (source: string | Uint8Array) => hashImage(await decodeImage(source), resize);

/** Random hashes in clusters: each differs from its cluster's first in a few bits. */
function randomHashes(clusters: number, each: number, seed: number): ImageHash[] {
  const generator = new MersenneTwister(seed);
  const word = () => Math.floor(generator.rand() * 2 ** 32) >>> 0;
  return Array.from({ length: clusters }, () => Uint32Array.from({ length: 8 }, word)).flatMap((first) =>
    Array.from({ length: each }, () => {
      const bits = first.slice();
      for (let flips = Math.floor(generator.rand() * 40); flips > 0; flips--) {
        const bit = Math.floor(generator.rand() * 256);
        bits[bit >> 5]! ^= 1 << (bit & 31);
      }
      const level = () => 100 + Math.floor(generator.rand() * 18);
      return { bits, colour: [level(), level(), level()] as const };
    }),
  );
}

test('the search finds the same groups as a comparison of all pairs', async () => {
  for (let seed = 0; seed < 5; seed++) {
    const hashes: (ImageHash | undefined)[] = [...randomHashes(60, 5, seed), undefined, undefined];
    const expected = createGroups(hashes.length);
    let pairs = 0;
    hashes.forEach((a, i) => {
      hashes.forEach((b, j) => {
        if (!a || !b || i >= j || !isNearDuplicate(a, b)) return;
        expected.join(i, j);
        pairs += 1;
      });
    });
    const found = createGroups(hashes.length);
    await joinNearDuplicates(hashes, found);
    assert.ok(pairs > 100);
    assert.deepEqual(found.list(), expected.list());
  }
});

test('hashes at the largest distance are found, whichever bits differ', async () => {
  const zero = new Uint32Array(8);
  const gray = [0, 0, 0] as const;
  for (const offset of [0, 1, 5]) {
    const other = new Uint32Array(8);
    // Spread evenly over the words.
    for (let i = 0; i < maxBits; i++) {
      const bit = (Math.floor((i * 256) / maxBits) + offset) % 256;
      other[bit >> 5]! |= 1 << (bit & 31);
    }
    assert.equal(hammingDistance(zero, other), maxBits);
    const groups = createGroups(2);
    await joinNearDuplicates(
      [
        { bits: zero, colour: gray },
        { bits: other, colour: gray },
      ],
      groups,
    );
    assert.deepEqual(groups.list(), [[0, 1]]);
  }
});

test('thousands of equal or similar images take no longer than different ones', async () => {
  const [first] = randomHashes(1, 1, 0);
  const similar = (index: number): ImageHash => {
    const bits = first!.bits.slice();
    for (const bit of [index % 256, (index >> 8) % 256, (index * 7) % 256])
      bits[bit >> 5]! ^= 1 << (bit & 31);
    return { ...first!, bits };
  };
  const count = 3000;
  for (const hash of [() => first!, similar]) {
    const groups = createGroups(count);
    const start = performance.now();
    await joinNearDuplicates(
      Array.from({ length: count }, (_, index) => hash(index)),
      groups,
    );
    assert.deepEqual(groups.list(), [[...Array(count).keys()]]);
    assert.ok(performance.now() - start < 20_000);
  }
});

test('an image of one colour has no hash; the same grey in another colour is no duplicate', async () => {
  const of = (pixel: (x: number, y: number) => number[]) => {
    const bytes = new Uint8Array(64 * 64 * 3);
    for (let i = 0; i < 64 * 64; i++) bytes.set(pixel(i % 64, i >> 6), 3 * i);
    return hashImage({ data: bytes, width: 64, height: 64 }, resize);
  };
  assert.equal(
    of(() => [10, 200, 30]),
    undefined,
  );
  const wave = (x: number, y: number) => 60 + 50 * Math.sin(x / 5) * Math.cos(y / 7);
  const red = of((x, y) => [wave(x, y), 0, 0])!;
  assert.ok(isNearDuplicate(red, of((x, y) => [wave(x, y), 0, 0])!));
  // Green of the same grey level.
  assert.ok(!isNearDuplicate(red, of((x, y) => [0, (wave(x, y) * 0.299) / 0.587, 0])!));
});

test('re-encoded and resized photos are near-duplicates, different photos are not', {
  skip: withoutShared,
}, async () => {
  const folder = join(shared, 'data', 'PetImages', 'Cat');
  const names = (await readdir(folder)).sort().slice(0, 40);
  const originals: ImageHash[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const hash = (await hashOf(path))!;
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
      assert.ok(isNearDuplicate(hash, (await hashOf(await changed.toBuffer()))!), name);
    }
    for (const other of originals) assert.ok(!isNearDuplicate(hash, other), name);
    originals.push(hash);
  }
});
