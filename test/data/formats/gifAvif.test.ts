// GIF and AVIF files by Pillow 12, decoded to Pillow's pixels of the first frame or close to them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { check } from '../../../dist/commands/check.js';
import { scanImageFolder } from '../../../dist/data/dataset/scan.js';
import { decodeImage } from '../../../dist/data/decode.js';
import { root, temporaryFolder } from '../../support.js';
import { drawFolder } from '../colouredFolder.js';

const golden: Record<string, { file: string; pixels: string }> = JSON.parse(
  readFileSync(join(root, 'test', 'golden', 'gifAvif.json'), 'utf8'),
);
const bytesOf = (base64: string) => Buffer.from(base64, 'base64');

/** The largest difference of levels. */
const tolerance: Record<string, number> = { 'avif, 4:4:4': 1, 'avif, alpha': 1, 'avif, 4:2:0': 53 };

for (const [name, { file, pixels }] of Object.entries(golden)) {
  test(`${name}: pixels of the first frame`, async () => {
    if (name === 'avif, sequence') {
      await assert.rejects(decodeImage(bytesOf(file)), /but an AVIF sequence$/);
      return;
    }
    const { data, width, height } = await decodeImage(bytesOf(file));
    assert.deepEqual([width, height], [16, 12]);
    const expected = bytesOf(pixels);
    const largest = Math.max(...expected.map((level, at) => Math.abs(level - data[at]!)));
    assert.ok(largest <= (tolerance[name] ?? 0), `${largest} levels`);
  });
}

test('an image under a name that is not used is listed by check, and named where a class has no other', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  await drawFolder(data, [4, 4]);
  const jpeg = await sharp(bytesOf(golden.gif!.file)).jpeg().toBuffer();
  const images = join(data, 'class-2');
  await mkdir(images);
  for (const name of ['a.jfif', 'b.heic', 'c.GIF', 'd.gif', 'notes.txt'])
    await writeFile(join(images, name), jpeg);
  const message = `'${data}' has no images for the class class-2. Found only: .gif 2, .heic 1, .jfif 1, .txt 1.`;
  await assert.rejects(scanImageFolder(data), {
    message,
    hint: /^Rename \(\.jfif and \.jpe to \.jpg\) or convert them/,
  });
  const list = join(folder, 'list');
  const { reasons, problems } = await check({ data, list });
  assert.ok(reasons.join().startsWith(message));
  assert.deepEqual(
    problems.map(({ kind }) => kind).filter((kind) => kind !== 'tiny'),
    ['extension', 'extension', 'extension', 'extension', 'other'],
  );
  assert.equal(readFileSync(list, 'utf8').trim().split('\n').length, 4);
});
