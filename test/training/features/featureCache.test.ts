// How much features may take, which of them go, and what they depend on.

import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { alexNet } from '../../../dist/model/alexnet.js';
import { initialState } from '../../../dist/model/initialState.js';
import { Network } from '../../../dist/model/network.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { featureKey, makeFeatureFolder, makeRoom } from '../../../dist/training/features/featureCache.js';
import { narrow } from '../../commands/narrow.js';
import { open } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';

test('the longest unused segments go where there is no room, of all keys, but none that is used', async (t) => {
  const features = join(await temporaryFolder(t), 'features');
  const add = async (name: string, age: number) => {
    const path = join(features, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.rows`, Buffer.alloc(900));
    await writeFile(`${path}.jsonl`, Buffer.alloc(100));
    const time = new Date(Date.now() - age * 1000);
    await utimes(`${path}.rows`, time, time);
    return path;
  };
  await add('other/1', 400);
  const used = new Set([await add('mine/1', 300)]);
  await add('mine/2', 200);
  await add('mine/3', 100);
  const left = async () =>
    (await readdir(features, { recursive: true })).filter((name) => name.endsWith('.rows')).sort();
  const made = (needed: number, limit: number) => makeRoom(features, { needed, limit, used });
  assert.equal(await made(1000, 5000), 1000);
  assert.deepEqual(await left(), ['mine/1.rows', 'mine/2.rows', 'mine/3.rows', 'other/1.rows']);
  assert.equal(await made(2500, 5000), 3000);
  assert.deepEqual(await left(), ['mine/1.rows', 'mine/3.rows']);
  assert.deepEqual((await readdir(features)).sort(), ['mine'], 'no empty folders');
  assert.equal(await made(2500, 100), 0);
  assert.deepEqual(await left(), ['mine/1.rows']);
});

test('the usual limit is a part of the disk', async (t) => {
  const features = join(await temporaryFolder(t), 'features');
  await makeFeatureFolder(features, 'mine');
  const room = await makeRoom(features, { needed: 1, limit: undefined, used: new Set() });
  assert.ok(room > 0 && room <= 20e9, `${room}`);
});

test('the key depends on the layers before, on their values and on all circumstances, on nothing behind', async () => {
  const engine = await open('wasm');
  const made = (seed: number, classes = 2) => {
    const layers = alexNet({ classes, widths: narrow });
    return new Network(layers, engine, initialState(layers, new MersenneTwister(seed)));
  };
  const networks = [made(0), made(0), made(1), made(0, 3)];
  const [key, same, other, classes] = networks.map((network) => featureKey(network, 15, { engine: 'a' }));
  assert.equal(same, key);
  assert.notEqual(other, key);
  assert.equal(classes, key);
  assert.notEqual(featureKey(networks[0]!, 15, { engine: 'b' }), key);
  assert.notEqual(featureKey(networks[0]!, 6, { engine: 'a' }), key);
  networks[1]!.parameters.get('classifier.1.bias')!.assign(new Float32Array(narrow.hidden[0]!).fill(1));
  assert.equal(featureKey(networks[1]!, 15, { engine: 'a' }), key);
  networks[1]!.parameters.get('features.10.bias')!.assign(new Float32Array(8).fill(1));
  assert.notEqual(featureKey(networks[1]!, 15, { engine: 'a' }), key);
  for (const network of networks) network.dispose();
});
