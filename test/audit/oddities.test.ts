// Images of one colour: JPEG noise counts as one colour, a faint shape does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { odditiesOf } from '../../dist/audit/oddities.js';
import { decodeImage } from '../../dist/data/decode.js';

test('an image of one colour is reported with its colour, a nearly uniform one is not', async () => {
  for (const [level, expected] of [
    [0, 'only #646464'],
    [3, 'only #'],
    [60, ''],
  ] as const) {
    const data = Buffer.alloc(300 * 300 * 3, 100);
    for (let y = 0; y < 32; y++) data.fill(100 + level, 900 * y, 900 * y + 96);
    const jpeg = await sharp(data, { raw: { width: 300, height: 300, channels: 3 } })
      .jpeg()
      .toBuffer();
    const oddities = await odditiesOf('a.jpg', jpeg, 'jpeg', await decodeImage(jpeg));
    const found = oddities.filter(({ kind }) => kind === 'one-colour').map(({ detail }) => detail);
    assert.equal(found.length, expected === '' ? 0 : 1, `${level}`);
    assert.ok(found.every((detail) => detail.startsWith(expected)));
  }
});
