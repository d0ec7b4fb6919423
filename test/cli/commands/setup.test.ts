// alexft setup: --dry-run, --list and --remove. Nothing is downloaded.

import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { recipes } from '../../../dist/engine/recipes/recipes.js';
import { temporaryFolder } from '../../support.js';
import { alexft, jsonLines } from '../run.js';

const hasRecipe = recipes.some(
  ({ device, runsOn: { os, arch } }) => device === 'cuda' && os === process.platform && arch === process.arch,
);
const skip = hasRecipe ? false : 'there is no recipe for this platform';

test('--dry-run prints the size, the path and every file, and downloads nothing', { skip }, async (t) => {
  const cache = await temporaryFolder(t);
  const env = { ALEXFT_CACHE: cache };
  const { code, stdout, stderr } = await alexft(['setup', '--device', 'cuda', '--dry-run'], { env });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /download +3\.27 GB with pip:\n +0\.57 GB tensorflow-2\.21\.0-/);
  assert.match(stdout, /0\.71 GB nvidia_cudnn_cu12-/);
  assert.ok(stdout.includes(`disk      4.93 GB, and 6.35 GB during the installation, in ${cache}`), stdout);

  const json = await alexft(['setup', '--dry-run', '--json'], { env });
  const [plan] = jsonLines(json.stdout);
  assert.deepEqual([plan!.schema, plan!.device, plan!.fetchBytes], [1, 'cpu', 273_829_956]);
  assert.deepEqual(await readdir(cache), []);
});

test('--list and --remove', { skip }, async (t) => {
  const cache = await temporaryFolder(t);
  const env = { ALEXFT_CACHE: cache };
  const empty = await alexft(['setup', '--list'], { env });
  assert.match(empty.stdout, /No native engine is installed/);
  assert.deepEqual(jsonLines((await alexft(['setup', '--list', '--json'], { env })).stdout), [
    { schema: 1, engines: [] },
  ]);

  const name = 'cuda-tf2.20.0-01234567';
  await mkdir(join(cache, 'engines', name), { recursive: true });
  await writeFile(join(cache, 'engines', name, 'library'), '12345');
  const listed = await alexft(['setup', '--list'], { env });
  assert.match(listed.stdout, new RegExp(`^  ${name}  0\\.0 MB  a file is missing or truncated$`, 'm'));

  const none = await alexft(['setup', '--remove'], { env });
  assert.deepEqual([none.code, none.stdout], [0, 'There is no cpu engine.\n']);
  const removed = await alexft(['setup', '--remove', '--device', 'cuda', '--json'], { env });
  assert.deepEqual(jsonLines(removed.stdout), [{ schema: 1, device: 'cuda', removed: [{ name, bytes: 5 }] }]);
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});

test('they cannot be combined', async (t) => {
  const env = { ALEXFT_CACHE: await temporaryFolder(t) };
  const { code, stderr } = await alexft(['setup', '--list', '--remove'], { env });
  assert.equal(code, 2);
  assert.match(stderr, /--dry-run, --list and --remove cannot be combined/);
});

test('ALEXFT_OFFLINE=1 forbids it, unless wheels are given', { skip }, async (t) => {
  const env = { ALEXFT_CACHE: await temporaryFolder(t), ALEXFT_OFFLINE: '1' };
  const { code, stderr } = await alexft(['setup'], { env });
  assert.equal(code, 4);
  assert.match(stderr, /Downloads are disabled \(ALEXFT_OFFLINE=1\)/);
  const given = await alexft(['setup', '--wheel', 'none.whl'], { env });
  assert.match(given.stderr, /The wheel 'none\.whl' does not exist/);
});
