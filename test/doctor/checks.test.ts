// What doctor looks at beside engines: each check finds what is wrong, and tells what to do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { weightsCheck } from '../../dist/doctor/caches.js';
import type { Check } from '../../dist/doctor/check.js';
import { figures } from '../../dist/doctor/figures.js';
import { folderCheck, readOnlyCache } from '../../dist/doctor/folders.js';
import { imageCheck } from '../../dist/doctor/images.js';
import { machineChecks, memoryCheck, nodeCheck } from '../../dist/doctor/machine.js';
import { settingsCheck } from '../../dist/doctor/settings.js';
import { imagenetFeatures } from '../../dist/weights/namedWeights.js';
import { ownCache } from '../engine/install/engines.js';
import { root, temporaryFolder } from '../support.js';

function assertProblem(check: Check, detail: RegExp, fix: RegExp): void {
  assert.equal(check.ok, false, check.detail);
  assert.match(check.detail, detail);
  assert.match(check.fix ?? '', fix);
}

test('this machine runs the tests, so it is fine', () => {
  for (const check of machineChecks()) assert.ok(check.ok, check.detail);
});

test('a Node that is too old', () => {
  for (const old of ['18.20.4', '20.18.9'])
    assertProblem(nodeCheck(old), new RegExp(old), /install Node 20\.19/);
  for (const enough of ['20.19.0', '22.0.0', '26.1.0']) assert.ok(nodeCheck(enough).ok, enough);
});

test('too little memory', () => {
  assertProblem(memoryCheck(1e9, 8e9), /8\.00 GB; 1\.00 GB to be had/, /more memory/);
  assert.ok(memoryCheck(4e9, 8e9).ok);
});

test('a folder that can be made, one that is too small, one with a file in its way', async (t) => {
  const folder = await temporaryFolder(t);
  const check = (path: string, needed = 0) => folderCheck('cache folder', path, needed, 'take another');
  const there = await check(folder);
  assert.ok(there.ok && !there.detail.includes('not made yet'), there.detail);
  const later = await check(join(folder, 'a', 'b'));
  assert.ok(later.ok);
  assert.match(later.detail, /not made yet: \d+\.\d\d GB free/);
  assertProblem(await check(folder, 1e18), /GB are needed/, /make room there, or take another/);
  await writeFile(join(folder, 'file'), '');
  assertProblem(await check(join(folder, 'file')), /is not a folder/, /take another/);
  assertProblem(await check(join(folder, 'file', 'b')), /can't be written to: ENOTDIR/, /take another/);
  assertProblem(await check('/proc/alexft', 1), /0\.00 GB free/, /take another/);
});

test('a cache that can not be written is fine where all is in it, and said', () => {
  const cache = { name: 'cache folder', ok: false, detail: '/x can not be written to', fix: 'take another' };
  assert.deepEqual(readOnlyCache(cache), {
    ...cache,
    ok: true,
    detail: '/x can not be written to; what a training needs is in it',
  });
  const good = { name: 'cache folder', ok: true, detail: '/x: 1.00 GB free' };
  assert.deepEqual(readOnlyCache(good), good);
});

test('settings are told with what they do, and others keep their secrets', () => {
  const { ok, detail } = settingsCheck({
    ALEXFT_OFFLINE: '1',
    TF_ENABLE_ONEDNN_OPTS: '0',
    CUDA_VISIBLE_DEVICES: '',
    TF_TOKEN_example: 'secret',
    NVIDIA_API_KEY: 'secret',
    NVIDIA_TF32_OVERRIDE: '1',
    HOME: '/root',
  });
  assert.ok(ok);
  assert.equal(
    detail,
    'ALEXFT_OFFLINE=1 (nothing is fetched); CUDA_VISIBLE_DEVICES= (hides every GPU); ' +
      'NVIDIA_TF32_OVERRIDE=1 (has no effect: --tf32 does); ' +
      'TF_ENABLE_ONEDNN_OPTS=0 (slower: without oneDNN)',
  );
  assert.equal(settingsCheck({}).detail, 'none in the environment');
});

test('the decoder gives the pixels of Pillow, and other pixels are found', async () => {
  const right = await imageCheck(figures);
  assert.ok(right.ok, right.detail);
  assert.match(right.detail, /^sharp 0\.\d+\.\d+, libvips 8\.\d+\.\d+; .* Pillow 12\.3\.0$/);
  for (const part of ['pixels', 'resized']) {
    const image = { ...figures.image, [part]: '0'.repeat(64) };
    assertProblem(await imageCheck({ ...figures, image }), /other pixels/, /npm install/);
  }
  const cut = { ...figures.image, jpeg: figures.image.jpeg.slice(0, 400) };
  assertProblem(await imageCheck({ ...figures, image: cut }), /can't decode a JPEG/, /npm install/);
});

test('where sharp does not load, that is told, and the rest as well', async (t) => {
  const folder = await temporaryFolder(t);
  const hooks = join(folder, 'hooks.mjs');
  await writeFile(
    hooks,
    `import { register } from 'node:module';
    const source = \`export const load = (url, context, next) => {
      if (/node_modules.sharp./.test(url)) throw new Error('Could not load the "sharp" module\\\\nand more');
      return next(url, context);
    };\`;
    register('data:text/javascript,' + encodeURIComponent(source));`,
  );
  const args = ['--import', hooks, join(root, 'dist', 'bin.js'), 'doctor', '--json', '--device', 'cuda'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 4, stderr);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  assert.equal(ok, false);
  const images = checks.find(({ name }) => name === 'images')!;
  assertProblem(images, /^sharp does not load: Could not load the "sharp" module$/, /npm install/);
  assert.ok(checks.some(({ name }) => name === 'engine wasm'));
});

test('weights: none, another file in their place, the right ones', async (t) => {
  const features = await imagenetFeatures.find();
  await ownCache(t);
  const torch = process.env.TORCH_HOME;
  process.env.TORCH_HOME = await temporaryFolder(t);
  t.after(() => {
    if (torch === undefined) delete process.env.TORCH_HOME;
    else process.env.TORCH_HOME = torch;
  });
  const none = await weightsCheck({ fetching: true });
  assert.ok(none.ok);
  assert.match(none.detail, /none are here; a training fetches imagenet \(244 MB\)/);
  const forbidden = await weightsCheck({ fetching: false });
  assertProblem(forbidden, /nothing may be fetched/, /weights fetch imagenet.*--weights none/);

  const { path } = imagenetFeatures.places()[0]!;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'something else');
  assertProblem(await weightsCheck({ fetching: false }), /is another file, and is not used/, /fetch/);

  if (features === undefined) {
    t.diagnostic('the five convolutions are not in the cache: the rest is left out');
    return;
  }
  await copyFile(features, path);
  const offline = await weightsCheck({ fetching: false });
  assert.ok(offline.ok);
  assert.match(offline.detail, /^imagenet-features in .*, its hash right: a training takes them$/);
  assert.match((await weightsCheck({ fetching: true })).detail, /first tries to fetch imagenet/);
});
