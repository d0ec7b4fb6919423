import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { compilerVersion } from '../../../dist/engine/install/compile.js';
import { installEngine } from '../../../dist/engine/install/install.js';
import { findRecipe, thisPlatform } from '../../../dist/engine/install/platform.js';
import { recipes } from '../../../dist/engine/install/recipe.js';
import { ownCache } from './engines.js';

const unsupported = findRecipe('cpu', thisPlatform());
const skip =
  typeof unsupported === 'string' ? unsupported : (await compilerVersion()) ? false : 'no C++ compiler';
const quiet = { onMessage: () => {}, onProgress: () => {} };

test('a wheel that is not the one expected is refused, and nothing is left', { skip }, async (t) => {
  const cache = await ownCache(t);
  const wheel = join(cache, 'other.whl');
  const refused = { name: 'UserError', exitCode: 3, hint: /pip download/ };

  await assert.rejects(installEngine('cpu', { ...quiet, wheel }), { ...refused, message: /no wheel/ });
  await writeFile(wheel, 'short');
  await assert.rejects(installEngine('cpu', { ...quiet, wheel }), {
    ...refused,
    message: new RegExp(`other\\.whl' has 5 bytes: expected ${recipes[0]!.wheel.file}`),
  });
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});

test('size and place are named before anything is fetched', { skip }, async (t) => {
  const cache = await ownCache(t);
  const messages: string[] = [];
  const options = { ...quiet, onMessage: (message: string) => messages.push(message) };
  await assert.rejects(installEngine('cpu', { ...options, wheel: join(cache, 'none.whl') }));
  assert.match(messages[0]!, /TensorFlow 2\.21\.0.*0\.85 GB in /);
  assert.ok(messages[0]!.includes(join(cache, 'engines')));
});

test('everything that is missing is told at once, with what to do', { skip }, async (t) => {
  const cache = await ownCache(t);
  const { PATH, CXX } = process.env;
  process.env.PATH = cache;
  process.env.CXX = 'no-such-compiler';
  t.after(() => {
    process.env.PATH = PATH;
    if (CXX === undefined) delete process.env.CXX;
    else process.env.CXX = CXX;
  });
  await assert.rejects(installEngine('cpu', quiet), {
    name: 'UserError',
    exitCode: 4,
    message: /pip.*no-such-compiler/s,
    hint: /python3-pip.*--wheel.*CXX.*--device wasm/s,
  });
});

test('a cache folder that cannot be made is told', { skip }, async (t) => {
  const cache = await ownCache(t);
  await writeFile(join(cache, 'file'), '');
  process.env.ALEXFT_CACHE = join(cache, 'file', 'below');
  await assert.rejects(installEngine('cpu', { ...quiet, wheel: 'x' }), {
    exitCode: 4,
    message: /ENOTDIR/,
    hint: /ALEXFT_CACHE/,
  });
});

test('an installation that is told to stop leaves nothing', { skip }, async (t) => {
  const cache = await ownCache(t);
  await assert.rejects(installEngine('cpu', { ...quiet, signal: AbortSignal.abort() }));
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});
