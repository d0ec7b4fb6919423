import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFolderAtomically } from '../../dist/io/atomicFolder.js';
import { temporaryFolder } from '../support.js';

const filled = (content: string) => async (folder: string) => {
  await mkdir(folder);
  await writeFile(join(folder, 'file'), content);
};

test('a folder appears when it is complete, and replaces another', async (t) => {
  const top = await temporaryFolder(t);
  const path = join(top, 'folder');
  await writeFolderAtomically(path, async (temporary) => {
    await filled('one')(temporary);
    assert.deepEqual((await readdir(top)).length, 1, 'only the temporary folder');
  });
  assert.equal(await readFile(join(path, 'file'), 'utf8'), 'one');
  await writeFolderAtomically(path, filled('two'));
  assert.equal(await readFile(join(path, 'file'), 'utf8'), 'two');
  assert.deepEqual(await readdir(top), ['folder']);
});

test('after a failure the old folder is unchanged and nothing is left behind', async (t) => {
  const top = await temporaryFolder(t);
  const path = join(top, 'folder');
  await writeFolderAtomically(path, filled('one'));
  const failing = async (temporary: string) => {
    await filled('half')(temporary);
    throw new Error('full');
  };
  await assert.rejects(writeFolderAtomically(path, failing), { message: 'full' });
  await assert.rejects(writeFolderAtomically(join(top, 'gone', 'folder'), filled('one')), { code: 'ENOENT' });
  assert.equal(await readFile(join(path, 'file'), 'utf8'), 'one');
  assert.deepEqual(await readdir(top), ['folder']);
});

test('temporary folders of killed processes are removed', async (t) => {
  const top = await temporaryFolder(t);
  const abandoned = join(top, 'folder.1-abc-new.temporary');
  await filled('half')(abandoned);
  await utimes(abandoned, new Date(0), new Date(0));
  await writeFolderAtomically(join(top, 'folder'), filled('one'));
  assert.deepEqual(await readdir(top), ['folder']);
});
