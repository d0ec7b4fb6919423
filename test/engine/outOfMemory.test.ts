// Engines without free memory throw an error that is recognized, and work correctly afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { isOutOfMemory, tensorWithoutRoom } from '../../dist/engine/outOfMemory.js';
import { engines, open } from './engines.js';
import { fillWasmHeap } from './wasmHeap.js';

const runsOutOfMemory = (run: () => unknown, description: RegExp) =>
  assert.throws(run, (error) => {
    assert.ok(isOutOfMemory(error), String(error));
    assert.match(tensorWithoutRoom(error) ?? '', description);
    return true;
  });

for (const { device, skip } of await engines()) {
  if (device === 'wasm') continue;
  test(`TensorFlow without free memory (${device})`, { skip }, async () => {
    const engine = await open(device);
    const before = engine.handles();
    runsOutOfMemory(
      () => engine.uniform([2 ** 22, 2 ** 20], [1, 2]),
      /^a tensor \[4194304, 1048576\] of float$/,
    );
    assert.equal(engine.handles(), before);
    assert.equal(tf.tidy(() => tf.sum(tf.ones([3]))).dataSync()[0], 3);
  });
}

test('WebAssembly without free memory: a failed allocation does not change other tensors', async () => {
  await open('wasm');
  const values = Float32Array.from({ length: 1000 }, (_, index) => index);
  const tensor = tf.tensor1d(values);
  const free = await fillWasmHeap();
  runsOutOfMemory(() => tf.fill([4 * 2 ** 20], 7), /^16,777,216 bytes of WebAssembly's 4 GiB memory$/);
  assert.deepEqual(tensor.dataSync(), values);
  free();
  const again = tf.fill([4 * 2 ** 20], 7);
  assert.equal(tf.tidy(() => tf.max(again)).dataSync()[0], 7);
  tf.dispose([tensor, again]);
});

test('other errors are not out-of-memory errors', () => {
  assert.ok(!isOutOfMemory(new Error('Invalid TF_Status: 3\nMessage: Incompatible shapes: [2] vs. [3]')));
  assert.ok(!isOutOfMemory(undefined));
  assert.ok(isOutOfMemory(new RangeError('Array buffer allocation failed')));
});
