// How much features may take, which of them go, and what they depend on.

import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { alexNet } from '../../../dist/model/alexnet.js';
import { initialState } from '../../../dist/model/initialState.js';
import { Network } from '../../../dist/model/network.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { featureKey, openFeatureFolder } from '../../../dist/training/features/featureCache.js';
import { narrow } from '../../commands/narrow.js';
import { open } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';

test('the longest unused features go where there is no room, and no more of them than needed', async (t) => {
  const features = join(await temporaryFolder(t), 'features');
  for (const [index, name] of ['oldest', 'older', 'newer'].entries()) {
    await mkdir(join(features, name), { recursive: true });
    await writeFile(join(features, name, 'x.rows'), Buffer.alloc(1000));
    const time = new Date(Date.now() - 1e6 + index * 1000);
    await utimes(join(features, name), time, time);
  }
  const { room, folder } = await openFeatureFolder(features, 'mine', { needed: 2500, limit: 5000 });
  assert.equal(room, 3000);
  assert.equal(folder, join(features, 'mine'));
  assert.deepEqual((await readdir(features)).sort(), ['mine', 'newer', 'older']);

  await writeFile(join(folder, 'x.rows'), Buffer.alloc(2500));
  // What is there of its own counts.
  const again = await openFeatureFolder(features, 'mine', { needed: 2500, limit: 5000 });
  assert.equal(again.room, 500);
  assert.deepEqual((await readdir(features)).sort(), ['mine', 'newer', 'older']);

  const small = await openFeatureFolder(features, 'mine', { needed: 2500, limit: 100 });
  assert.equal(small.room, 0);
});

test('the usual limit is a part of the disk', async (t) => {
  const features = join(await temporaryFolder(t), 'features');
  const { room } = await openFeatureFolder(features, 'mine', { needed: 1, limit: undefined });
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
