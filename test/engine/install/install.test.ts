import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { compilerVersion, prebuiltAddon } from '../../../dist/engine/install/compile.js';
import { installEngine, installRecipe } from '../../../dist/engine/install/install.js';
import { findRecipe } from '../../../dist/engine/recipes/findRecipe.js';
import { thisPlatform } from '../../../dist/engine/recipes/platform.js';
import { wheelsOf } from '../../../dist/engine/recipes/recipe.js';
import { recipes } from '../../../dist/engine/recipes/recipes.js';
import { setEnvironment } from '../../support.js';
import { ownCache } from './engines.js';

const unsupported = findRecipe('cpu', thisPlatform());
const skip =
  typeof unsupported === 'string' ? unsupported : (await compilerVersion()) ? false : 'no C++ compiler';
const quiet = { onMessage: () => {}, onProgress: () => {} };

test('rejects a wheel that is not the expected one, and leaves nothing', { skip }, async (t) => {
  const cache = await ownCache(t);
  const wheel = join(cache, 'other.whl');
  const refused = { name: 'UserError', exitCode: 3, hint: /pip download/ };

  await assert.rejects(installEngine('cpu', { ...quiet, wheel }), {
    ...refused,
    message: /wheel '.*other\.whl' does not exist/,
  });
  await writeFile(wheel, 'short');
  await assert.rejects(installEngine('cpu', { ...quiet, wheel }), {
    ...refused,
    message: new RegExp(`other\\.whl' to be ${recipes[0]!.wheel.file} .* but found 5 bytes`),
  });
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});

test('several wheels are passed in a folder, and missing ones are named', { skip }, async (t) => {
  const cache = await ownCache(t);
  const wheel = join(cache, 'wheels');
  await mkdir(wheel);
  const given = { ...quiet, wheel };
  const cuda = recipes.find(({ device }) => device === 'cuda')!;
  await assert.rejects(installEngine('cuda', given), {
    exitCode: 3,
    message: new RegExp(`lacks 12 of 12 wheels: ${cuda.wheel.file}, nvidia_cublas`),
    hint: /pip download .*tensorflow==2\.21\.0\n.*nvidia-cublas-cu12==/,
  });
  for (const { file } of wheelsOf(cuda).map((part) => part.wheel))
    await writeFile(join(wheel, file), 'short');
  await assert.rejects(installEngine('cuda', given), {
    exitCode: 3,
    message: /to be tensorflow-2.* but found 5 bytes/,
  });
  await assert.rejects(installEngine('cuda', { ...quiet, wheel: join(wheel, cuda.wheel.file) }), {
    exitCode: 3,
    message: /to be a folder: the cuda engine needs 12 wheels/,
  });
  // A folder also works for the single wheel of the CPU engine.
  await assert.rejects(installEngine('cpu', given), {
    exitCode: 3,
    message: /lacks 1 of 1 wheels: tensorflow_cpu/,
  });
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});

test('an untested recipe is used only on request', { skip }, async (t) => {
  const cache = await ownCache(t);
  const untested = { ...recipes[0]!, tested: false };
  const refused = {
    exitCode: 4,
    message: /was not tested before release/,
    hint: /alexft setup --device cpu/,
  };
  await assert.rejects(installRecipe(untested, quiet), refused);
  assert.deepEqual(await readdir(cache), []);
  const requested = { ...quiet, allowUntested: true, wheel: join(cache, 'none.whl') };
  await assert.rejects(installRecipe(untested, requested), { exitCode: 3, message: /does not exist/ });
});

test('reports the size and the folder before downloading', { skip }, async (t) => {
  const cache = await ownCache(t);
  const messages: string[] = [];
  const options = { ...quiet, onMessage: (message: string) => messages.push(message) };
  await assert.rejects(installEngine('cpu', { ...options, wheel: join(cache, 'none.whl') }));
  assert.match(messages[0]!, /TensorFlow 2\.21\.0.*0\.85 GB in /);
  assert.ok(messages[0]!.includes(join(cache, 'engines')));
});

test('reports all missing requirements at once, with remedies', { skip }, async (t) => {
  const cache = await ownCache(t);
  setEnvironment(t, { PATH: cache, CXX: 'no-such-compiler' });
  // After `npm run pack`, a checkout has a prebuilt addon and needs no compiler.
  const prebuilt = prebuiltAddon(recipes[0]!) !== undefined;
  await assert.rejects(installEngine('cpu', quiet), {
    name: 'UserError',
    exitCode: 4,
    message: prebuilt ? /pip/ : /pip.*no-such-compiler/s,
    hint: prebuilt ? /python3-pip.*--wheel.*--device wasm/s : /python3-pip.*--wheel.*CXX.*--device wasm/s,
  });
});

test('reports a cache folder that can not be created', { skip }, async (t) => {
  const cache = await ownCache(t);
  await writeFile(join(cache, 'file'), '');
  process.env.ALEXFT_CACHE = join(cache, 'file', 'below');
  await assert.rejects(installEngine('cpu', { ...quiet, wheel: 'x' }), {
    exitCode: 4,
    message: /ENOTDIR/,
    hint: /ALEXFT_CACHE/,
  });
});

test('an aborted installation leaves nothing', { skip }, async (t) => {
  const cache = await ownCache(t);
  await assert.rejects(installEngine('cpu', { ...quiet, signal: AbortSignal.abort() }));
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});
