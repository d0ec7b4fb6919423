import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { compilerVersion, prebuiltAddon } from '../../../dist/engine/install/compile.js';
import { installEngine, installRecipe } from '../../../dist/engine/install/install.js';
import { findRecipe, thisPlatform } from '../../../dist/engine/install/platform.js';
import { recipes, wheelsOf } from '../../../dist/engine/install/recipe.js';
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

test('several wheels come in a folder, and each that is not there is named', { skip }, async (t) => {
  const cache = await ownCache(t);
  const wheel = join(cache, 'wheels');
  await mkdir(wheel);
  const given = { ...quiet, wheel };
  const cuda = recipes.find(({ device }) => device === 'cuda')!;
  await assert.rejects(installEngine('cuda', given), {
    exitCode: 3,
    message: new RegExp(`lacks 11 of 11 wheels: ${cuda.wheel.file}, nvidia_cublas`),
    hint: /pip download .*tensorflow==2\.21\.0\n.*nvidia-cublas-cu12==/,
  });
  for (const { file } of wheelsOf(cuda).map((part) => part.wheel))
    await writeFile(join(wheel, file), 'short');
  await assert.rejects(installEngine('cuda', given), {
    exitCode: 3,
    message: /has 5 bytes: expected tensorflow-2/,
  });
  await assert.rejects(installEngine('cuda', { ...quiet, wheel: join(wheel, cuda.wheel.file) }), {
    exitCode: 3,
    message: /is no folder: the cuda engine is made of 11 wheels/,
  });
  // For the CPU a folder will do as well.
  await assert.rejects(installEngine('cpu', given), {
    exitCode: 3,
    message: /lacks 1 of 1 wheels: tensorflow_cpu/,
  });
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});

test('a recipe that nobody could try is not followed unasked', { skip }, async (t) => {
  const cache = await ownCache(t);
  const untried = { ...recipes[0]!, tried: false };
  const refused = { exitCode: 4, message: /could not be tried/, hint: /alexft setup --device cpu/ };
  await assert.rejects(installRecipe(untried, quiet), refused);
  assert.deepEqual(await readdir(cache), []);
  const asked = { ...quiet, untried: true, wheel: join(cache, 'none.whl') };
  await assert.rejects(installRecipe(untried, asked), { exitCode: 3, message: /no wheel/ });
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
  // After `npm run pack` a checkout has the addon ready-built, and wants no compiler.
  const ready = prebuiltAddon(recipes[0]!) !== undefined;
  await assert.rejects(installEngine('cpu', quiet), {
    name: 'UserError',
    exitCode: 4,
    message: ready ? /pip/ : /pip.*no-such-compiler/s,
    hint: ready ? /python3-pip.*--wheel.*--device wasm/s : /python3-pip.*--wheel.*CXX.*--device wasm/s,
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
