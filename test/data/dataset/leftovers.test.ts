// What systems and programs leave in a dataset's folder is left out, and named; --reference torch uses all of it.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { accountFor } from '../../../dist/audit/account.js';
import { ignoreLeftovers, ignoreNothing } from '../../../dist/data/dataset/ignore.js';
import { scanImageFolder } from '../../../dist/data/dataset/scan.js';
import { temporaryFolder } from '../../support.js';

const appleDouble = Buffer.from('00051607000200004d6163204f532058', 'hex');

async function tree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const pathsOf = ({ samples }: { samples: readonly { path: string }[] }) => samples.map(({ path }) => path);

const leftovers = {
  'Cat/._1.jpg': appleDouble,
  'Cat/.ipynb_checkpoints/1-checkpoint.jpg': 'x',
  'Cat/@eaDir/1.jpg/SYNOPHOTO_THUMB_XL.jpg': 'x',
  '__MACOSX/Cat/._1.jpg': appleDouble,
  '.ipynb_checkpoints/1.jpg': 'x',
  '.Trash-1000/files/1.jpg': 'x',
  '$RECYCLE.BIN/1.jpg': 'x',
  'lost+found/1.jpg': 'x',
};
const used = { 'Cat/1.jpg': 'x', 'Dog/1.jpg': 'x', 'Dog/._real.jpg': 'a photo whose name begins with ._' };

test('leftovers are no classes and no images; each is named, with the reason', async (t) => {
  const folder = await temporaryFolder(t);
  await tree(folder, { ...leftovers, ...used });
  const scanned = await scanImageFolder(folder);
  assert.deepEqual(scanned.classes, ['Cat', 'Dog']);
  assert.deepEqual(pathsOf(scanned), ['Cat/1.jpg', 'Dog/._real.jpg', 'Dog/1.jpg']);
  assert.match(
    scanned.warnings.join('\n'),
    /^Left out \(8\): .*\$RECYCLE\.BIN: a system folder; .* and 3 more\.$/m,
  );
  const account = await accountFor(folder, ignoreLeftovers());
  assert.deepEqual(
    { classes: account.classes, samples: account.images },
    { classes: scanned.classes, samples: scanned.samples },
  );
  assert.deepEqual(
    account.skipped.map(({ path, kind, reason }) => `${kind} ${path}: ${reason}`),
    [
      'ignored $RECYCLE.BIN: a system folder',
      'ignored .Trash-1000: a hidden folder',
      'ignored .ipynb_checkpoints: a hidden folder',
      'ignored Cat/._1.jpg: an AppleDouble file of macOS',
      'ignored Cat/.ipynb_checkpoints: a hidden folder',
      'ignored Cat/@eaDir: a system folder',
      'ignored __MACOSX: a system folder',
      'ignored lost+found: a system folder',
    ],
  );
});

test('with ignoreNothing every folder is a class and every image is used, as in torchvision', async (t) => {
  const folder = await temporaryFolder(t);
  await tree(folder, { ...leftovers, ...used });
  const scanned = await scanImageFolder(folder, { ignore: ignoreNothing });
  assert.equal(scanned.classes.length, 7);
  assert.equal(scanned.samples.length, Object.keys({ ...leftovers, ...used }).length);
});

test('--ignore leaves out names at any depth, and paths from the dataset', async (t) => {
  const folder = await temporaryFolder(t);
  await tree(folder, {
    ...{ 'Cat/1.jpg': '', 'Cat/1_copy.jpg': '', 'Cat/sub/2_copy.jpg': '', 'Cat/sub/3.jpg': '' },
    ...{ 'Dog/1.jpg': '', 'Dog/sub/2.jpg': '', 'Dog/a.b/1.jpg': '', 'cleaned/Cat/1.jpg': '' },
    ...{ 'Dog/axb/1.jpg': '', 'Dog/e\u0301/1.jpg': '' },
  });
  const listed = async (globs: string) =>
    pathsOf(await scanImageFolder(folder, { ignore: ignoreLeftovers(globs) }));
  assert.deepEqual(await listed('cleaned, *_copy.jpg,Dog/sub/,a.b,é'), [
    ...['Cat/1.jpg', 'Cat/sub/3.jpg', 'Dog/1.jpg', 'Dog/axb/1.jpg'],
  ]);
  assert.deepEqual(await listed('cleaned,**/sub/?.jpg,Dog/a*/**'), [
    ...['Cat/1.jpg', 'Cat/1_copy.jpg', 'Cat/sub/2_copy.jpg', 'Dog/1.jpg', 'Dog/e\u0301/1.jpg'],
  ]);
});

test('a folder of runs is no class; a run in a class is left out, and the images of the class are used', async (t) => {
  const folder = await temporaryFolder(t);
  await tree(folder, {
    ...used,
    'models/2026-01-01-000000/events.jsonl': '{}\n',
    'models/2026-01-01-000000/report.html': '',
    'models/notes.txt': '',
    'run/run.json': '{}',
    'Cat/run/events.jsonl': '{}\n',
    'Dog/events.jsonl': 'among images',
  });
  const scanned = await scanImageFolder(folder);
  assert.deepEqual(scanned.classes, ['Cat', 'Dog']);
  assert.deepEqual(pathsOf(scanned), ['Cat/1.jpg', 'Dog/._real.jpg', 'Dog/1.jpg']);
  const { skipped } = await accountFor(folder, ignoreLeftovers());
  assert.deepEqual(
    skipped.map(({ path, kind }) => `${kind} ${path}`),
    [
      'ignored Cat/run',
      'other Dog/events.jsonl',
      'ignored models/2026-01-01-000000',
      'other models/notes.txt',
      'ignored run',
    ],
  );
  await assert.rejects(
    scanImageFolder(folder, { ignore: ignoreNothing }),
    /no images for the classes models, run/,
  );
});
