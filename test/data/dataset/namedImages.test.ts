// Lists of --files-from as Windows writes them.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readNames } from '../../../dist/data/dataset/namedImages.js';
import { temporaryFolder } from '../../support.js';

const names = ['a b.jpg', 'Caf\u00e9/\u{1f600}.png'];
const text = `${names.join('\r\n')}\r\n\r\n`;
const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');

const lists = {
  'UTF-8': Buffer.from(text),
  'UTF-8 with a byte order mark': Buffer.from(`\ufeff${text}`),
  'UTF-16, little-endian': utf16,
  'UTF-16, big-endian': Buffer.from(utf16).swap16(),
};

for (const [encoding, bytes] of Object.entries(lists)) {
  test(`a list in ${encoding} is read, from a file and from standard input`, async (t) => {
    const list = join(await temporaryFolder(t), 'list.txt');
    await writeFile(list, bytes);
    assert.deepEqual(await readNames(list, () => assert.fail()), names);
    assert.deepEqual(await readNames('-', async () => bytes), names);
  });
}
