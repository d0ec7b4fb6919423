// Each engine with no memory left: an error that is recognized as that, and nothing that is wrong afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { isOutOfMemory, tensorWithoutRoom } from '../../dist/engine/outOfMemory.js';
import { engines, open } from './engines.js';
import { fillWasmHeap } from './wasmHeap.js';

const fails = (run: () => unknown, words: RegExp) =>
  assert.throws(run, (error) => {
    assert.ok(isOutOfMemory(error), String(error));
    assert.match(tensorWithoutRoom(error) ?? '', words);
    return true;
  });

for (const { device, skip } of await engines()) {
  if (device === 'wasm') continue;
  test(`TensorFlow without memory (${device})`, { skip }, async () => {
    const engine = await open(device);
    const before = engine.handles();
    fails(() => engine.uniform([2 ** 22, 2 ** 20], [1, 2]), /^a tensor \[4194304, 1048576\] of float$/);
    assert.equal(engine.handles(), before);
    assert.equal(tf.tidy(() => tf.sum(tf.ones([3]))).dataSync()[0], 3);
  });
}

test('WebAssembly without memory: no tensor is written where there is none, and the others stay as they are', async () => {
  await open('wasm');
  const values = Float32Array.from({ length: 1000 }, (_, index) => index);
  const kept = tf.tensor1d(values);
  const free = await fillWasmHeap();
  fails(() => tf.fill([4 * 2 ** 20], 7), /bytes beside what WebAssembly has/);
  assert.deepEqual(kept.dataSync(), values);
  free();
  const again = tf.fill([4 * 2 ** 20], 7);
  assert.equal(tf.tidy(() => tf.max(again)).dataSync()[0], 7);
  tf.dispose([kept, again]);
});

test('other errors are none', () => {
  assert.ok(!isOutOfMemory(new Error('Invalid TF_Status: 3\nMessage: Incompatible shapes: [2] vs. [3]')));
  assert.ok(!isOutOfMemory(undefined));
  assert.ok(isOutOfMemory(new RangeError('Array buffer allocation failed')));
});
