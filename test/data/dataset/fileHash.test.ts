// The content of files: the SHA-256 of their bytes, whatever their names and times.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { link, mkdir, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashFiles, isUnchanged } from '../../../dist/data/dataset/fileHash.js';
import { temporaryFolder } from '../../support.js';

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');

test('each file has the hash of its bytes; links have that of their file; what is no file has none', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  await writeFile(at('file'), 'bytes');
  await writeFile(at('empty'), '');
  await link(at('file'), at('hard'));
  await symlink('file', at('soft'));
  await symlink('nothing', at('broken'));
  await mkdir(at('folder'));
  const names = ['broken', 'file', 'folder', 'hard', 'gone', 'soft', 'empty'];
  const seen: number[] = [];
  const files = await hashFiles(names.map(at), (done, total) => {
    assert.equal(total, names.length);
    seen.push(done);
  });
  const bytes = sumOf('bytes');
  assert.deepEqual(
    files.map((file) => file?.sha256),
    [undefined, bytes, undefined, bytes, undefined, bytes, sumOf('')],
  );
  assert.deepEqual(
    files.map((file) => file?.size),
    [undefined, 5, undefined, 5, undefined, 5, 0],
  );
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(await hashFiles([]), []);
});

for (const [how, replace] of [
  ['written over', (path: string) => writeFile(path, 'BYTES')],
  [
    'replaced by another file',
    async (path: string) => {
      await writeFile(`${path}.new`, 'BYTES');
      await rename(`${path}.new`, path);
    },
  ],
] as const) {
  test(`a change is noticed although size and times are set back (${how})`, async (t) => {
    const path = join(await temporaryFolder(t), 'file');
    await writeFile(path, 'bytes');
    const { atime, mtime } = await stat(path);
    const [file] = await hashFiles([path]);
    assert.ok(file && (await isUnchanged(file)));
    await replace(path);
    await utimes(path, atime, mtime);
    assert.equal(await isUnchanged(file), false);
    const [now] = await hashFiles([path]);
    assert.notEqual(now!.sha256, file.sha256);
  });
}
