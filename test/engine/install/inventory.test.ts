import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { planSetup } from '../../../dist/commands/setup.js';
import { listEntries } from '../../../dist/engine/install/inventory.js';
import { removeEngines, removeStale } from '../../../dist/engine/install/removal.js';
import { findRecipe } from '../../../dist/engine/recipes/findRecipe.js';
import { thisPlatform } from '../../../dist/engine/recipes/platform.js';
import { engineName, wheelsOf } from '../../../dist/engine/recipes/recipe.js';
import { layOut, ownCache } from './engines.js';

const recipe = findRecipe('cpu', thisPlatform());
const cuda = findRecipe('cuda', thisPlatform());
const skip = typeof recipe === 'string' ? recipe : false;
const name = typeof recipe === 'string' ? '' : engineName(recipe);
const cudaName = typeof cuda === 'string' ? '' : engineName(cuda);
const addon = 'tensorflow/tfjs_binding.node';
const complete = {
  [addon]: '12345',
  'engine.json': JSON.stringify({ files: { [addon]: 5 }, tensorflow: '2.20.0' }),
};
const longAgo = new Date(Date.now() - 40 * 24 * 60 * 60_000);
/** Larger than any process id. */
const deadProcess = 2 ** 22 + 1;

async function workFolder(cache: string, folder: string, pid: number): Promise<void> {
  await mkdir(join(cache, 'engines', folder), { recursive: true });
  await writeFile(join(cache, 'engines', folder, 'owner'), `${pid}@${hostname()} 0123abcd`);
}
const remaining = async (cache: string) => (await readdir(join(cache, 'engines'))).sort();

test('lists every folder with its state', { skip }, async (t) => {
  const cache = await ownCache(t);
  assert.deepEqual(await listEntries(), []);
  await layOut(name, complete);
  await layOut(`${name}.2`, complete);
  await layOut('cpu-tf2.20.0-01234567', complete);
  await layOut('cuda-tf2.20.0-01234567', { [addon]: '' });
  await workFolder(cache, `${name}.working`, deadProcess);
  await writeFile(join(cache, 'engines', 'verdicts.json'), '{}');

  const bytes = Object.values(complete).join('').length;
  const listed = (await listEntries()).map(({ folder, ...entry }) => [folder.device, folder.name, entry]);
  assert.deepEqual(listed, [
    ['cpu', 'cpu-tf2.20.0-01234567', { state: 'other', version: '2.20.0', bytes, taken: false }],
    ['cpu', name, { state: 'engine', version: '2.20.0', bytes, taken: false }],
    ['cpu', `${name}.2`, { state: 'engine', version: '2.20.0', bytes, taken: true }],
    [
      'cpu',
      `${name}.working`,
      {
        state: 'unfinished',
        version: '2.21.0',
        bytes: `${deadProcess}@${hostname()} 0123abcd`.length,
        taken: false,
      },
    ],
    ['cuda', 'cuda-tf2.20.0-01234567', { state: 'broken', version: '2.20.0', bytes: 0, taken: false }],
  ]);
});

test("removes all of a device's engines and remains of set-ups, but not other devices'", {
  skip,
}, async (t) => {
  const cache = await ownCache(t);
  assert.deepEqual(await removeEngines('cpu'), [], 'an empty cache');
  await layOut(name, complete);
  await layOut('cpu-tf2.20.0-01234567', complete);
  await layOut(cudaName, complete);
  await workFolder(cache, `${name}.working`, deadProcess);
  await workFolder(cache, `${name}.working.${deadProcess}-0123abcd.leftover`, deadProcess);
  const removed = (await removeEngines('cpu')).map(({ folder }) => folder.name).sort();
  assert.deepEqual(removed, [
    'cpu-tf2.20.0-01234567',
    name,
    `${name}.working`,
    `${name}.working.${deadProcess}-0123abcd.leftover`,
  ]);
  assert.deepEqual(await remaining(cache), [cudaName]);
});

test('removes nothing while another process sets up an engine', { skip }, async (t) => {
  const cache = await ownCache(t);
  await layOut(name, complete);
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  t.after(() => other.kill());
  await once(other, 'spawn');
  await workFolder(cache, `${name}.working`, other.pid!);
  await assert.rejects(removeEngines('cpu'), {
    name: 'UserError',
    exitCode: 4,
    message: new RegExp(`Another process \\(${other.pid}\\) is setting up`),
  });
  await removeStale('cpu');
  assert.deepEqual(await remaining(cache), [name, `${name}.working`]);
});

test('removes other recipes’ engines after 30 days of disuse, and broken ones at once', {
  skip,
}, async (t) => {
  const cache = await ownCache(t);
  await layOut(name, complete);
  const recent = await layOut('cpu-tf2.20.0-01234567', complete);
  await layOut('cuda-tf2.20.0-01234567', complete);
  await layOut('cpu-tf2.19.0-01234567', { [addon]: '12345' });
  await layOut(`${name}.2`, { [addon]: '12345' });
  assert.deepEqual(await removeStale('cpu'), ['cpu-tf2.19.0-01234567', `${name}.2`]);
  await utimes(join(recent.path, 'engine.json'), longAgo, longAgo);
  await utimes(join(cache, 'engines', name, 'engine.json'), longAgo, longAgo);
  assert.deepEqual(await removeStale('cpu'), ['cpu-tf2.20.0-01234567']);
  assert.deepEqual(await remaining(cache), [name, 'cuda-tf2.20.0-01234567']);
  await rm(join(cache, 'engines'), { recursive: true });
  assert.deepEqual(await removeStale('cpu'), []);
});

test('planSetup() lists every wheel with its size, and changes nothing', { skip }, async (t) => {
  const cache = await ownCache(t);
  if (typeof cuda === 'string') return;
  const plan = planSetup({ device: 'cuda' });
  assert.deepEqual(
    plan.wheels.map(({ file }) => file),
    wheelsOf(cuda).map(({ wheel }) => wheel.file),
  );
  assert.equal(
    plan.fetchBytes,
    plan.wheels.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  assert.ok(plan.workingBytes > plan.keptBytes && plan.keptBytes > plan.fetchBytes);
  assert.equal(plan.present, undefined);
  assert.deepEqual(await readdir(cache), []);
});

test('reports engines that it has no permission to remove', {
  skip: skip || (process.seteuid ? false : 'no seteuid'),
}, async (t) => {
  const cache = await ownCache(t);
  await layOut(name, complete);
  const me = process.geteuid!();
  // As a user with read permission only.
  await chmod(cache, 0o755);
  if (me === 0) process.seteuid!(65_534);
  else await chmod(join(cache, 'engines'), 0o555);
  try {
    await assert.rejects(removeEngines('cpu'), {
      name: 'UserError',
      exitCode: 4,
      message: /EACCES/,
      hint: /./,
    });
  } finally {
    process.seteuid!(me);
    await chmod(join(cache, 'engines'), 0o755);
  }
  assert.equal((await listEntries()).length, 1);
});
