// Every file of a folder is listed exactly once, and the images are those of the scan.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { accountFor } from '../../dist/audit/account.js';
import { ignoreLeftovers } from '../../dist/data/dataset/ignore.js';
import { scanImageFolder } from '../../dist/data/dataset/scan.js';
import { temporaryFolder } from '../support.js';

async function tree(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

const kindsOf = ({ skipped }: Awaited<ReturnType<typeof accountFor>>) =>
  Object.fromEntries(skipped.map(({ path, kind }) => [path, kind]));

test('each file is listed once, as an image or as skipped; the images are those of the scan, in its order', async (t) => {
  const folder = await temporaryFolder(t);
  const images = [
    'b/2.jpg',
    'b/10.PNG',
    'b/a-b/1.jpg',
    'b/a/sub/1.jpg',
    'b/a/1.jpg',
    'b/._1.jpg',
    'a/line\nbreak.webp',
  ];
  const others = {
    'a/notes.txt': 'other',
    'a/film.gif': 'extension',
    'a/Thumbs.db': 'hidden',
    'b/a/.DS_Store': 'hidden',
    'b/desktop.ini': 'hidden',
    'beside.jpg': 'outside',
    'README.md': 'other',
    '.hidden.jpg': 'outside',
    '.gitignore': 'hidden',
  };
  await tree(folder, [...images, ...Object.keys(others), 'b/.git/config']);
  const account = await accountFor(folder, ignoreLeftovers());
  assert.deepEqual(kindsOf(account), { ...others, 'b/.git': 'ignored' });
  assert.deepEqual([...account.images.map(({ path }) => path)].sort(), [...images].sort());
  const { classes, samples } = await scanImageFolder(folder);
  assert.deepEqual({ classes: account.classes, samples: account.images }, { classes, samples });
});

test('broken and circular links, pipes, and names that are not UTF-8 are skipped', {
  skip: process.platform === 'linux' ? false : 'uses Linux tools',
}, async (t) => {
  const folder = await temporaryFolder(t);
  await tree(folder, ['a/1.jpg', 'b/1.jpg']);
  await symlink('nowhere', join(folder, 'a', 'broken.jpg'));
  await symlink('self.jpg', join(folder, 'a', 'self.jpg'));
  await symlink('..', join(folder, 'a', 'back'));
  await symlink('../b', join(folder, 'a', 'other'));
  execFileSync('mkfifo', [join(folder, 'a', 'pipe.jpg')]);
  for (const byte of [0xfe, 0xff]) {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/b/`), Buffer.of(byte), Buffer.from('.jpg')]), '');
  }
  const account = await accountFor(folder, ignoreLeftovers());
  assert.deepEqual(account.skipped.map(({ path, kind }) => `${kind} ${path}`).sort(), [
    'link a/back',
    'link a/broken.jpg',
    'link a/self.jpg',
    'name a/other/\ufffd.jpg',
    'name a/other/\ufffd.jpg',
    'name b/\ufffd.jpg',
    'name b/\ufffd.jpg',
    'special a/pipe.jpg',
  ]);
  assert.deepEqual(
    account.images.map(({ path }) => path),
    ['a/1.jpg', 'a/other/1.jpg', 'b/1.jpg'],
  );
});

test('a folder that can not be read is skipped, and the others are listed', {
  skip: process.getuid?.() === 0 ? 'root can read everything' : false,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await tree(folder, ['a/1.jpg', 'b/1.jpg']);
  await chmod(join(folder, 'a'), 0);
  t.after(() => chmod(join(folder, 'a'), 0o755));
  const account = await accountFor(folder, ignoreLeftovers());
  assert.deepEqual(kindsOf(account), { a: 'folder' });
  assert.deepEqual(
    account.images.map(({ path }) => path),
    ['b/1.jpg'],
  );
});

test('a missing root is an error', async () => {
  await assert.rejects(accountFor('/nothing/here', ignoreLeftovers()), { name: 'UserError', exitCode: 3 });
});
