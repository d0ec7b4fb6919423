// What check sees of a JPEG without decoding it: the verdict is the decoder's, and the image nearly the same.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { glanceAt } from '../../dist/audit/glance.js';
import { distance, lookOf } from '../../dist/audit/imageHash.js';
import { readEighth } from '../../dist/audit/jpegEighth.js';
import { type DecodedImage, decodeImage } from '../../dist/data/decode.js';
import { recognizeFormat } from '../../dist/data/formats/imageFormat.js';
import { createResizer } from '../../dist/data/transforms/resize.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { colouredImage } from '../data/colouredFolder.js';
import { mutate } from '../fuzz/mutate.js';
import { plainJpegs } from '../fuzz/parsers/jpegEighth.js';
import { shared, withoutShared } from '../support.js';

const resize = createResizer();
const mostPixels = 1e6;
const glance = async (bytes: Uint8Array) => glanceAt(bytes, recognizeFormat(bytes), resize);

/** The size, or why it can't be read. */
const verdictOf = (seen: Promise<{ width: number; height: number }>): Promise<string> =>
  seen.then(
    ({ width, height }) => `${width} x ${height}`,
    (error: Error) => error.message,
  );

async function sameVerdicts(inputs: readonly Uint8Array[]): Promise<{ readable: number; taken: number }> {
  let [readable, taken] = [0, 0];
  for (const bytes of inputs) {
    const eighth = readEighth(bytes, mostPixels);
    const decoded = await verdictOf(decodeImage(bytes));
    assert.equal(await verdictOf(glance(bytes)), decoded);
    if (eighth) assert.equal(`${eighth.width} x ${eighth.height}`, decoded);
    if (/^\d+ x/.test(decoded)) readable += 1;
    if (eighth) taken += 1;
  }
  return { readable, taken };
}

/** Of the pixels that are there; at the edges, of fewer. */
function blockMeans({ data, width, height }: DecodedImage): number[] {
  const means: number[] = [];
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let channel = 0; channel < 3; channel++) {
        let [sum, count] = [0, 0];
        for (let y = top; y < Math.min(top + 8, height); y++) {
          for (let x = left; x < Math.min(left + 8, width); x++, count++)
            sum += data[3 * (y * width + x) + channel]!;
        }
        means.push(sum / count);
      }
    }
  }
  return means;
}

test("an eighth is made of the blocks' means, however the JPEG was written", async () => {
  for (const bytes of await plainJpegs()) {
    const eighth = readEighth(bytes, mostPixels)!;
    const decoded = await decodeImage(bytes);
    assert.deepEqual([eighth.width, eighth.height], [decoded.width, decoded.height]);
    const means = blockMeans(decoded);
    assert.equal(eighth.image.data.length, means.length);
    // Single means differ where colour is spread over neighbours and light is cut off.
    const off = means.reduce((sum, mean, i) => sum + Math.abs(mean - eighth.image.data[i]!), 0);
    assert.ok(off / means.length < 6, `${off / means.length}`);
  }
});

test('what is not plain is left to the decoder', async () => {
  const noise = await colouredImage(0.3, 1, 64, 64);
  const plain = await sharp(noise).jpeg().toBuffer();
  assert.ok(readEighth(plain, 64 * 64));
  assert.equal(readEighth(plain, 64 * 64 - 1), undefined);
  assert.ok(readEighth(Buffer.concat([plain, Buffer.from('behind its end')]), mostPixels));
  for (const bytes of [
    await sharp(noise).jpeg({ progressive: true }).toBuffer(),
    await sharp(noise).toColourspace('cmyk').jpeg().toBuffer(),
    await sharp(noise).png().toBuffer(),
    Buffer.alloc(0),
    plain.subarray(0, 2),
  ]) {
    assert.equal(readEighth(bytes, mostPixels), undefined);
  }
});

test('cut at any byte, and with any byte damaged, a JPEG is what the decoder says', async () => {
  for (const bytes of (await plainJpegs()).filter(({ length }) => length < 900).slice(0, 3)) {
    const cut = Array.from(bytes, (_, length) => bytes.subarray(0, length)).filter(
      ({ length }) => length >= 3,
    );
    const { taken } = await sameVerdicts(cut);
    assert.equal(taken, 0);
    const damaged = Array.from({ length: bytes.length - 3 }, (_, i) => {
      const copy = Buffer.from(bytes);
      copy[i + 3] = copy[i + 3]! ^ (1 << (i & 7));
      return copy;
    });
    const { readable, taken: left } = await sameVerdicts(damaged);
    assert.ok(left > 0 && left < readable && readable < damaged.length, `${left} ${readable}`);
  }
});

test('a table whose codes are too many is no image to either', async () => {
  const [bytes] = await plainJpegs();
  // The first table's counts by length; 0, 1, 5, 1, 1, 1, 1, 1, 1 in the usual one.
  const counts = bytes!.indexOf(Buffer.of(0xff, 0xc4)) + 5;
  const ofOnesAlone = [0, 1, 5, 1, 1, 1, 1, 2, 0];
  for (const change of [[1, 1, 5], [2], [0, 4, 2], ofOnesAlone]) {
    const copy = Buffer.from(bytes!);
    copy.set(change, counts);
    assert.equal(readEighth(copy, mostPixels), undefined);
    await sameVerdicts([copy]);
  }
});

test('a JPEG longer than libjpeg takes is no image to either', async () => {
  const strip = { width: 65_500, height: 8, channels: 3, background: '#308020' } as const;
  const bytes = await sharp({ create: strip }).greyscale().jpeg().toBuffer();
  assert.ok(readEighth(bytes, mostPixels));
  // As many blocks as before.
  bytes.writeUInt16BE(65_501, bytes.indexOf(Buffer.of(0xff, 0xc0)) + 7);
  assert.equal(readEighth(bytes, mostPixels), undefined);
  await assert.rejects(decodeImage(bytes));
});

test('one colour is seen in a JPEG of any size, and what only nearly is one is not', async () => {
  for (const [level, expected] of [
    [0, true],
    [3, true],
    [60, false],
  ] as const) {
    const data = Buffer.alloc(300 * 300 * 3, 100);
    for (let y = 0; y < 32; y++) data.fill(100 + level, 900 * y, 900 * y + 96);
    const jpeg = await sharp(data, { raw: { width: 300, height: 300, channels: 3 } })
      .jpeg()
      .toBuffer();
    assert.ok(readEighth(jpeg, mostPixels));
    assert.equal((await glance(jpeg)).oneColour !== undefined, expected, `${level}`);
  }
});

test('../shared: the photos look as they do decoded, and damaged they are as readable', {
  skip: withoutShared,
}, async () => {
  const folder = join(shared, 'data', 'PetImages', 'Dog');
  const photos = readdirSync(folder)
    .sort()
    .slice(0, 60)
    .map((name) => readFileSync(join(folder, name)));
  for (const bytes of photos) {
    assert.ok(readEighth(bytes, mostPixels));
    const { look } = await glance(bytes);
    const decoded = lookOf(await decodeImage(bytes), resize)!;
    assert.ok(distance(look!.hash, decoded.hash) <= 14);
    look!.colour.forEach((level, channel) => {
      assert.ok(Math.abs(level - decoded.colour[channel]!) <= 2);
    });
  }
  const random = new MersenneTwister(1);
  const damaged = Array.from({ length: 700 }, () => mutate(photos, random)).filter(
    (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
  );
  const { readable, taken } = await sameVerdicts(damaged);
  assert.ok(taken > 100 && taken < readable && readable < damaged.length, `${taken} ${readable}`);
});

test('../shared: the malformed files, one by one', { skip: withoutShared }, async () => {
  const folder = join(shared, 'data', 'malformed');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  for (const bytes of files) {
    const seen = Promise.resolve(bytes).then(glance);
    assert.equal(await verdictOf(seen), await verdictOf(decodeImage(bytes)));
  }
});
