// 16-bit grey: recognized in every format, clipped as in Pillow or scaled.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { decodeImage } from '../../../dist/data/decode.js';
import { isGrey16, isGrey16File } from '../../../dist/data/formats/grey16.js';
import { temporaryFolder } from '../../support.js';

const values = [0, 255, 256, 385, 386, 25_700, 65_535];
const scaled = [0, 1, 1, 1, 2, 100, 255];
const grey = (levels: ArrayLike<number>, width = levels.length): Sharp =>
  sharp(Uint16Array.from(levels), {
    raw: { width, height: levels.length / width, channels: 1 },
  }).toColourspace('grey16');
const pgm = (maximum: number): Buffer =>
  Buffer.concat([
    Buffer.from(`P5 # grey\n${values.length} 1 ${maximum}\n`),
    Buffer.from(Uint16Array.from(values).buffer).swap16(),
  ]);

const files = async (): Promise<Record<string, Buffer>> => ({
  png: await grey(values).png().toBuffer(),
  tiff: await grey(values).tiff({ compression: 'lzw' }).toBuffer(),
  'plain pgm': Buffer.from(`P2 ${values.length} 1 65535 ${values.join(' ')}`),
  'raw pgm': pgm(65_535),
});

const firstChannel = (data: Uint8Array) => [...data].filter((_, index) => index % 3 === 0);

test('values are clipped at 255, or scaled to 8 bits and rounded', async () => {
  for (const [name, file] of Object.entries(await files())) {
    const clipped = await decodeImage(file);
    assert.deepEqual(firstChannel(clipped.data), [0, 255, 255, 255, 255, 255, 255], name);
    assert.equal(clipped.clipped, true, name);
    const whole = await decodeImage(file, { grey16: 'scale' });
    assert.deepEqual(firstChannel(whole.data), scaled, name);
    assert.ok(!whole.clipped, name);
  }
});

test('images without values above 255 lose nothing', async () => {
  for (const file of [await grey([0, 7, 255]).png().toBuffer(), Buffer.from('P2 3 1 65535 0 7 254')]) {
    assert.equal((await decodeImage(file)).clipped, false);
  }
});

test('white-is-0 TIFFs are inverted when scaled; clipped ones are not, as in Pillow', async () => {
  // sharp writes no 16-bit white-is-0: the tag of a black-is-0 file is changed.
  const file = await grey(values).tiff({ compression: 'none' }).toBuffer();
  const at = file.indexOf(Buffer.from([0x06, 0x01, 3, 0, 1, 0, 0, 0, 1, 0]));
  assert.ok(at > 0);
  file[at + 8] = 0;
  assert.equal(isGrey16(file), true);
  const inverted = scaled.map((_, index) => Math.round((65_535 - values[index]!) / 257));
  assert.deepEqual(firstChannel((await decodeImage(file, { grey16: 'scale' })).data), inverted);
  assert.deepEqual(firstChannel((await decodeImage(file)).data), [0, 255, 255, 255, 255, 255, 255]);
});

test('it is recognized by content; 8 bits, colour and damaged files are not it', async (t) => {
  const folder = await temporaryFolder(t);
  const eight = sharp(Uint8Array.from(values), { raw: { width: values.length, height: 1, channels: 1 } });
  const others: Record<string, Buffer> = {
    '8-bit png': await eight.clone().toColourspace('b-w').png().toBuffer(),
    '8-bit tiff': await eight.clone().toColourspace('b-w').tiff().toBuffer(),
    colour: await sharp(Uint16Array.from({ length: 12 }), { raw: { width: 4, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
    ppm: Buffer.from('P3 1 1 65535 9 9 9'),
    'a pgm that ends': Buffer.from('P5 7'),
    'a tiff that ends': (await grey(values).tiff().toBuffer()).subarray(0, 20),
    text: Buffer.from('text'),
    empty: Buffer.alloc(0),
  };
  const check = async (all: Record<string, Buffer>, expected: boolean) => {
    for (const [name, file] of Object.entries(all)) {
      assert.equal(isGrey16(file), expected, name);
      const path = join(folder, name);
      await writeFile(path, file);
      assert.equal(await isGrey16File(path), expected, name);
    }
  };
  await check(await files(), true);
  await check(others, false);
});
