import assert from 'node:assert/strict';
import { link, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SpareFiles } from '../../dist/io/spareFiles.js';
import { temporaryFolder } from '../support.js';

test('a file that is kept loses its name, and gets another when it is taken', async (t) => {
  const folder = await temporaryFolder(t);
  const spares = new SpareFiles(folder);
  for (const [name, bytes] of [
    ['large', 1000],
    ['small', 10],
  ] as const) {
    await writeFile(join(folder, name), new Uint8Array(bytes));
    await spares.keep(join(folder, name));
  }
  const mega = 1 << 20;
  assert.deepEqual(
    [10, 1000, mega].map((bytes) => spares.roomFor(bytes)),
    [10, 1000, 1000],
  );
  for (const name of await readdir(folder)) assert.match(name, /^spare-\d\.temporary$/); // a later run removes these
  assert.equal(await spares.take(join(folder, 'new'), 900), true);
  assert.equal((await stat(join(folder, 'new'))).size, 1000);
  assert.equal(spares.roomFor(900), 10);
  await spares.clear();
  assert.equal(spares.roomFor(900), 0);
  assert.deepEqual(await readdir(folder), ['new']);
  assert.equal(await spares.take(join(folder, 'other'), 10), false);
});

test('what has another name is left alone, and so is what is not there', async (t) => {
  const folder = await temporaryFolder(t);
  const spares = new SpareFiles(folder);
  await writeFile(join(folder, 'model'), 'of somebody');
  await link(join(folder, 'model'), join(folder, 'again'));
  await spares.keep(join(folder, 'again'));
  await spares.keep(join(folder, 'missing'));
  assert.equal(spares.roomFor(1000), 0);
  assert.equal(await spares.take(join(folder, 'new'), 10), false);
  assert.equal(await readFile(join(folder, 'model'), 'utf8'), 'of somebody');
});

test('a file much larger than what is to be written waits for one that is larger', async (t) => {
  const folder = await temporaryFolder(t);
  const spares = new SpareFiles(folder);
  await writeFile(join(folder, 'old'), new Uint8Array(3 << 20));
  await spares.keep(join(folder, 'old'));
  assert.equal(await spares.take(join(folder, 'small'), 1 << 20), false);
  assert.equal(await spares.take(join(folder, 'large'), 4 << 20), true);
});
