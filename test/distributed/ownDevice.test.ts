import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { ownDevice } from '../../dist/distributed/ownDevice.js';

const member = { localSize: 4, localRank: 2 };
const device = (name: 'auto' | 'cpu' | 'cuda' | 'cuda:0', env = {}) =>
  ownDevice({ device: name, threads: undefined }, member, env).device;

test('each rank has a GPU of its own', () => {
  assert.equal(device('cuda'), 'cuda:2');
  assert.equal(device('cuda', { CUDA_VISIBLE_DEVICES: '0,1,4,5' }), 'cuda:2');
  assert.equal(device('cuda', { CUDA_VISIBLE_DEVICES: '5' }), 'cuda:0');
  assert.equal(device('cuda:0'), 'cuda:0');
  assert.equal(device('auto'), 'cpu');
});

test('the cores of a machine are divided, unless the launcher or an option gives their number', () => {
  const threads = (given: number | undefined, cores?: number) =>
    ownDevice({ device: 'cpu', threads: given }, { ...member, cores }, {}).threads;
  assert.equal(threads(undefined), Math.max(1, Math.floor(availableParallelism() / 4)));
  assert.equal(threads(undefined, 1), 1);
  assert.equal(threads(undefined, 1000), availableParallelism());
  assert.equal(threads(3, 1), 3);
});
