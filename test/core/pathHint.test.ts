// Paths from other systems and shells get a hint, in the errors of folders and of images.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathHint } from '../../dist/core/pathHint.js';
import { counted } from '../../dist/core/text.js';
import { scanImageFolder } from '../../dist/data/dataset/scan.js';
import { readImageFile } from '../../dist/data/imageFile.js';
import { temporaryFolder } from '../support.js';

const onWindows = process.platform === 'win32';

test('~ in quotes, a path of Windows, a URL and an archive have their hints', {
  skip: onWindows,
}, async (t) => {
  for (const [path, hint] of [
    ['~/PetImages', /^The shell replaces ~ only outside of quotes/],
    ['~user/PetImages', /^The shell replaces ~/],
    ['C:\\Users\\me\\PetImages', /it may be \/mnt\/c\/Users\/me\/PetImages \(WSL\)\.$/],
    ['data\\PetImages', /^A path of Windows: use \//],
    ['https://example.org/pets.zip', /^A URL: download it first/],
  ] as const) {
    await assert.rejects(scanImageFolder(path), { exitCode: 3, message: /does not exist\.$/, hint });
    await assert.rejects(readImageFile(path), (error: Error) => {
      assert.ok(error.message.startsWith('no such file. '));
      assert.match(error.message.slice('no such file. '.length), hint);
      return true;
    });
  }
  for (const path of ['photos/~', 'a:b', 'photos', '/x/y~']) assert.equal(pathHint(path), undefined, path);
  const zip = join(await temporaryFolder(t), 'pets.zip');
  await writeFile(zip, '');
  await assert.rejects(scanImageFolder(zip), {
    message: /is a file\.$/,
    hint: 'Unpack it, and pass its folder.',
  });
});

test('one is counted in the singular', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'epoch')),
    ['0 epochs', '1 epoch', '2 epochs'],
  );
});
