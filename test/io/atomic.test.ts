import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256OfFile, writeAtomically } from '../../dist/io/atomic.js';
import { temporaryFolder } from '../support.js';

test('the file appears when it is complete, and replaces an existing one', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'run.json');
  for (const content of ['old', 'new']) {
    await writeAtomically(path, async (temporary) => {
      await writeFile(temporary, content.slice(0, 1));
      const before = await readFile(path, 'utf8').catch(() => undefined);
      assert.equal(before, content === 'new' ? 'old' : undefined);
      await writeFile(temporary, content);
    });
    assert.equal(await readFile(path, 'utf8'), content);
  }
  assert.deepEqual(await readdir(folder), ['run.json']);
});

test('a failure leaves only the old file', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'run.json');
  await writeFile(path, 'old');
  const failing = writeAtomically(path, async (temporary) => {
    await writeFile(temporary, 'ne');
    throw new Error('the disk is full');
  });
  await assert.rejects(failing, /the disk is full/);
  assert.equal(await readFile(path, 'utf8'), 'old');
  assert.deepEqual(await readdir(folder), ['run.json']);
});

test('concurrent writers leave one complete file', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'run.json');
  const contents = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(10_000));
  await Promise.all(contents.map((text) => writeAtomically(path, (temporary) => writeFile(temporary, text))));
  assert.ok(contents.includes(await readFile(path, 'utf8')));
  assert.deepEqual(await readdir(folder), ['run.json']);
});

test('removes abandoned temporary files, but not those in use', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'run.json');
  const abandoned = `${path}.99999-0123abcd.temporary`;
  const inUse = `${path}.99999-4567cdef.temporary`;
  const other = `${path}.backup`;
  for (const file of [abandoned, inUse, other]) await writeFile(file, 'x');
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const file of [abandoned, other]) await utimes(file, anHourAgo, anHourAgo);
  await writeAtomically(path, (temporary) => writeFile(temporary, 'new'));
  const names = [path, inUse, other].map((file) => file.slice(folder.length + 1));
  assert.deepEqual((await readdir(folder)).sort(), names.sort());
});

test('sha256OfFile', async (t) => {
  const path = join(await temporaryFolder(t), 'abc');
  await writeFile(path, 'abc');
  // FIPS 180-2, appendix B.1.
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(await sha256OfFile(path), expected);
  await assert.rejects(sha256OfFile(`${path}d`), { code: 'ENOENT' });
});
