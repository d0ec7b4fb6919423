import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { extractMembers } from '../../../dist/engine/install/extract.js';
import { temporaryFolder } from '../../support.js';
import { type Member, writeZip } from './zip.js';

const library: Member = { name: 'tensorflow/lib.so', contents: Buffer.alloc(300_000, 'abcdefg') };
const header: Member = { name: 'tensorflow/include/a.h', contents: Buffer.from('// a\n') };
const other: Member = { name: 'tensorflow/python/b.py', contents: Buffer.from('pass\n') };
const everything = (name: string) => name;

async function zipOf(t: TestContext, members: Member[]): Promise<{ zip: string; into: string }> {
  const folder = await temporaryFolder(t);
  const zip = join(folder, 'a.whl');
  await writeZip(zip, members);
  return { zip, into: join(folder, 'into') };
}

test('extracts only the selected members', async (t) => {
  const { zip, into } = await zipOf(t, [library, header, other]);
  const progress: number[] = [];
  await extractMembers(zip, (name) => (name.includes('python') ? undefined : name), into, {
    onProgress: (bytes) => progress.push(bytes),
  });

  assert.deepEqual(await readFile(join(into, library.name)), library.contents);
  assert.deepEqual(await readFile(join(into, header.name)), header.contents);
  assert.ok(!existsSync(join(into, other.name)));
  assert.equal(progress.at(-1), 300_005);
  assert.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
  );
});

test('uses the given paths, and the execute permission in the zip', async (t) => {
  const { zip, into } = await zipOf(t, [{ ...library, mode: 0o755 }, header]);
  await extractMembers(zip, (name) => (name === library.name ? 'lib/other.so' : name), into);
  assert.deepEqual(await readFile(join(into, 'lib/other.so')), library.contents);
  assert.equal((await stat(join(into, 'lib/other.so'))).mode & 0o100, 0o100);
  assert.equal((await stat(join(into, header.name))).mode & 0o111, 0);
});

const broken = { name: /UserError/, exitCode: 3, message: /a\.whl' can't be extracted/ };

test('rejects a wrong CRC-32', async (t) => {
  const { zip, into } = await zipOf(t, [{ ...library, crc: 1 }]);
  await assert.rejects(extractMembers(zip, everything, into), {
    ...broken,
    message: /CRC-32 of tensorflow\/lib\.so does not match/,
  });
});

test('rejects members of a wrong size', async (t) => {
  for (const size of [299_999, 300_001]) {
    const { zip, into } = await zipOf(t, [{ ...library, size }]);
    await assert.rejects(extractMembers(zip, everything, into), broken);
  }
});

test('rejects a path outside the folder', async (t) => {
  const { zip, into } = await zipOf(t, [{ ...header, name: '../escaped.h' }]);
  await assert.rejects(extractMembers(zip, everything, into), broken);
  assert.deepEqual(await readdir(join(into, '..')), ['a.whl']);
});

test('rejects a truncated file, and one that is not a zip', async (t) => {
  const { zip, into } = await zipOf(t, [library, header]);
  await truncate(zip, 500);
  await assert.rejects(extractMembers(zip, everything, into), broken);
  await writeFile(zip, 'Not a zip at all, but long enough to be one.');
  await assert.rejects(extractMembers(zip, everything, into), broken);
});

test('stops when the signal is aborted', async (t) => {
  const { zip, into } = await zipOf(t, [library, header]);
  const reason = new Error('enough');
  await assert.rejects(
    extractMembers(zip, everything, into, { signal: AbortSignal.abort(reason) }),
    (error: Error) => error === reason || error.cause === reason,
  );
});
