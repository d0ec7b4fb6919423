import assert from 'node:assert/strict';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { locateEngine, nextBuildName } from '../../../dist/engine/install/locate.js';
import { engineName } from '../../../dist/engine/recipes/recipe.js';
import { recipes } from '../../../dist/engine/recipes/recipes.js';
import { layOut, ownCache, realEngine, withoutEngine } from './engines.js';

const name = engineName(recipes[0]!);
const addon = 'tensorflow/tfjs_binding.node';
const complete = { [addon]: '12345', 'engine.json': JSON.stringify({ files: { [addon]: 5 } }) };
const skip = process.platform === 'linux' && process.arch === 'x64' ? false : 'no recipe for this platform';

test('the name depends on the recipe', () => {
  assert.match(name, /^cpu-tf2\.21\.0-[0-9a-f]{8}$/);
  const flags = [...recipes[0]!.addon.flags, '-g'];
  assert.notEqual(engineName({ ...recipes[0]!, addon: { ...recipes[0]!.addon, flags } }), name);
});

test('finds nothing in an empty cache', async (t) => {
  await ownCache(t);
  assert.equal(locateEngine('cpu'), undefined);
  assert.equal(locateEngine('cuda'), undefined);
});

test('finds a complete engine, but not one with a missing or truncated file', { skip }, async (t) => {
  await ownCache(t);
  const folder = await layOut(name, complete);
  assert.deepEqual(locateEngine('cpu'), folder);
  assert.equal(locateEngine('cuda'), undefined);

  await truncate(join(folder.path, addon), 4);
  assert.equal(locateEngine('cpu'), undefined);
  await layOut(name, complete);
  await rm(join(folder.path, 'engine.json'));
  assert.equal(locateEngine('cpu'), undefined);
});

test('finds the latest complete build', { skip }, async (t) => {
  await ownCache(t);
  assert.equal(nextBuildName(name), name);
  await layOut(name, complete);
  assert.equal(nextBuildName(name), `${name}.2`);
  await layOut(`${name}.9`, complete);
  await layOut(`${name}.10`, complete);
  await layOut(`${name}.11`, {});
  await layOut(`${name}.working`, complete);
  await layOut('cpu-tf2.20.0-01234567', complete);
  assert.equal(locateEngine('cpu')?.name, `${name}.10`);
  assert.equal(nextBuildName(name), `${name}.12`);
});

test('finds the installed engine without reading its libraries', { skip: withoutEngine }, () => {
  const started = performance.now();
  assert.equal(locateEngine('cpu')?.path, realEngine?.path);
  assert.ok(performance.now() - started < 50);
});
