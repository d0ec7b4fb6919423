// doctor's checks, except for engines: each detects a problem and suggests a fix.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { weightsCheck } from '../../dist/doctor/caches.js';
import type { Check } from '../../dist/doctor/diagnosis.js';
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

test('the machine checks pass on this machine', () => {
  for (const check of machineChecks()) assert.ok(check.ok, check.detail);
});

test('a Node that is too old', () => {
  for (const old of ['18.20.4', '20.18.9'])
    assertProblem(nodeCheck(old), new RegExp(old), /install Node 20\.19/);
  for (const enough of ['20.19.0', '22.0.0', '26.1.0']) assert.ok(nodeCheck(enough).ok, enough);
});

test('too little memory', () => {
  assertProblem(memoryCheck(1e9, 8e9), /8\.00 GB; 1\.00 GB available/, /more memory/);
  assert.ok(memoryCheck(4e9, 8e9).ok);
});

test('folders: existing, not created yet, on a full disk, blocked by a file', async (t) => {
  const folder = await temporaryFolder(t);
  const check = (path: string, needed = 0) => folderCheck('cache folder', path, needed, 'use another');
  const existing = await check(folder);
  assert.ok(existing.ok && !existing.detail.includes('not created yet'), existing.detail);
  const later = await check(join(folder, 'a', 'b'));
  assert.ok(later.ok);
  assert.match(later.detail, /not created yet: \d+\.\d\d GB free/);
  assertProblem(await check(folder, 1e18), /GB required/, /free disk space there, or use another/);
  await writeFile(join(folder, 'file'), '');
  assertProblem(await check(join(folder, 'file')), /is not a folder/, /use another/);
  assertProblem(await check(join(folder, 'file', 'b')), /can't be written to: ENOTDIR/, /use another/);
  assertProblem(await check('/proc/alexft', 1), /0\.00 GB free/, /use another/);
});

test('a read-only cache is fine if it contains everything', () => {
  const cache = { name: 'cache folder', ok: false, detail: '/x can not be written to', fix: 'use another' };
  assert.deepEqual(readOnlyCache(cache), {
    ...cache,
    ok: true,
    detail: '/x can not be written to; it contains what training needs',
  });
  const good = { name: 'cache folder', ok: true, detail: '/x: 1.00 GB free' };
  assert.deepEqual(readOnlyCache(good), good);
});

test('lists settings with their effects, but no other variables', () => {
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
    'ALEXFT_OFFLINE=1 (downloads are disabled); CUDA_VISIBLE_DEVICES= (hides every GPU); ' +
      'NVIDIA_TF32_OVERRIDE=1 (no effect: use --precision tf32); ' +
      'TF_ENABLE_ONEDNN_OPTS=0 (slower, without oneDNN)',
  );
  assert.equal(settingsCheck({}).detail, 'no relevant environment variables');
});

test('the decoder returns the pixels of Pillow, and other pixels are detected', async () => {
  const expected = await imageCheck(figures);
  assert.ok(expected.ok, expected.detail);
  assert.match(expected.detail, /^sharp 0\.\d+\.\d+, libvips 8\.\d+\.\d+; .* Pillow 12\.3\.0$/);
  for (const part of ['pixels', 'resized']) {
    const image = { ...figures.image, [part]: '0'.repeat(64) };
    assertProblem(await imageCheck({ ...figures, image }), /pixels of a JPEG differ/, /npm install/);
  }
  const truncated = { ...figures.image, jpeg: figures.image.jpeg.slice(0, 400) };
  assertProblem(await imageCheck({ ...figures, image: truncated }), /can't decode a JPEG/, /npm install/);
});

test('reports that sharp does not load, and runs the other checks', async (t) => {
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
  const images = checks.find(({ name }) => name === 'pictures')!;
  assertProblem(images, /^sharp does not load: Could not load the "sharp" module$/, /npm install/);
  assert.ok(checks.some(({ name }) => name === 'engine wasm'));
});

test('weights: none, a file with other content, the expected ones', async (t) => {
  const features = await imagenetFeatures.find();
  await ownCache(t);
  const torch = process.env.TORCH_HOME;
  process.env.TORCH_HOME = await temporaryFolder(t);
  t.after(() => {
    if (torch === undefined) delete process.env.TORCH_HOME;
    else process.env.TORCH_HOME = torch;
  });
  const none = await weightsCheck({ mayDownload: true });
  assert.ok(none.ok);
  assert.match(none.detail, /none are cached; training downloads imagenet \(244 MB\)/);
  const disabled = await weightsCheck({ mayDownload: false });
  assertProblem(disabled, /downloads are disabled/, /weights fetch imagenet.*--weights none/);

  const { path } = imagenetFeatures.places()[0]!;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'something else');
  assertProblem(await weightsCheck({ mayDownload: false }), /has other content and is not used/, /fetch/);

  if (features === undefined) {
    t.diagnostic('the weights of the five convolutions are not cached: the rest is skipped');
    return;
  }
  await copyFile(features, path);
  const offline = await weightsCheck({ mayDownload: false });
  assert.ok(offline.ok);
  assert.match(offline.detail, /^imagenet-features in .*, with the expected hash; training uses them$/);
  assert.match((await weightsCheck({ mayDownload: true })).detail, /first tries to download imagenet/);
});
