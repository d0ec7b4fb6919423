import assert from 'node:assert/strict';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { locateEngine, nextMaking } from '../../../dist/engine/install/locate.js';
import { engineName, recipes } from '../../../dist/engine/install/recipe.js';
import { layOut, ownCache, realEngine, withoutEngine } from './engines.js';

const name = engineName(recipes[0]!);
const addon = 'tensorflow/tfjs_binding.node';
const whole = { [addon]: '12345', 'engine.json': JSON.stringify({ files: { [addon]: 5 } }) };
const elsewhere =
  process.platform === 'linux' && process.arch === 'x64' ? false : 'there is no recipe for this platform';

test('the name follows from the recipe', () => {
  assert.match(name, /^cpu-tf2\.21\.0-[0-9a-f]{8}$/);
  const flags = [...recipes[0]!.addon.flags, '-g'];
  assert.notEqual(engineName({ ...recipes[0]!, addon: { ...recipes[0]!.addon, flags } }), name);
});

test('nothing is found in an empty cache', async (t) => {
  await ownCache(t);
  assert.equal(locateEngine('cpu'), undefined);
  assert.equal(locateEngine('cuda'), undefined);
});

test('a whole engine is found, one with a part missing is not', { skip: elsewhere }, async (t) => {
  await ownCache(t);
  const folder = await layOut(name, whole);
  assert.deepEqual(locateEngine('cpu'), folder);
  assert.equal(locateEngine('cuda'), undefined);

  await truncate(join(folder.path, addon), 4);
  assert.equal(locateEngine('cpu'), undefined);
  await layOut(name, whole);
  await rm(join(folder.path, 'engine.json'));
  assert.equal(locateEngine('cpu'), undefined);
});

test('the latest whole making is taken', { skip: elsewhere }, async (t) => {
  await ownCache(t);
  assert.equal(nextMaking(name), name);
  await layOut(name, whole);
  assert.equal(nextMaking(name), `${name}.2`);
  await layOut(`${name}.9`, whole);
  await layOut(`${name}.10`, whole);
  await layOut(`${name}.11`, {});
  await layOut(`${name}.working`, whole);
  await layOut('cpu-tf2.20.0-01234567', whole);
  assert.equal(locateEngine('cpu')?.name, `${name}.10`);
  assert.equal(nextMaking(name), `${name}.12`);
});

test('the engine that was set up is found without reading its libraries', { skip: withoutEngine }, () => {
  const started = performance.now();
  assert.equal(locateEngine('cpu')?.path, realEngine?.path);
  assert.ok(performance.now() - started < 50);
});
