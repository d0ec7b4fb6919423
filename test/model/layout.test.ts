import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { copiedOut, copiedTensor, fromTorch, toTorch } from '../../dist/model/layout.js';
import { engines, open } from '../engine/engines.js';

test('a convolution is converted from OIHW to HWIO and back', () => {
  const shape = [4, 3, 2, 5]; // all sizes differ
  const data = Float32Array.from({ length: 120 }, (_, i) => i);
  const native = fromTorch({ shape, data });
  assert.deepEqual(native.shape, [2, 5, 3, 4]);
  // Element [o=3, i=1, h=1, w=2] in PyTorch's layout is [h=1, w=2, i=1, o=3] in the engine's.
  assert.equal(native.data[((1 * 5 + 2) * 3 + 1) * 4 + 3], data[((3 * 3 + 1) * 2 + 1) * 5 + 2]);
  assert.deepEqual(toTorch(native), { shape, data });
});

test('Linear weights and biases are unchanged', () => {
  const linear = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  assert.deepEqual(fromTorch(linear), linear);
  assert.deepEqual(toTorch(linear), linear);
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

for (const { device, skip } of await engines()) {
  test(`values are copied out whole or in pieces of 16 MB (${device})`, { skip }, async () => {
    const engine = await open(device);
    const tensors = tf.memory().numTensors;
    const values = Float32Array.from({ length: 5 * 2 ** 20 }, (_, i) => i);
    for (const [shape, lengths] of [
      [
        [5 * 1024, 1024],
        [4 * 2 ** 20, 2 ** 20],
      ],
      [[8, 5, 128, 1024], [5 * 2 ** 20]],
      [[5 * 2 ** 20], [4 * 2 ** 20, 2 ** 20]],
    ]) {
      const parameter = engine.parameter(shape!, values);
      const tensor = parameter.read();
      for (const state of [copiedOut(parameter), copiedTensor(tensor)]) {
        const pieces = [...state.pieces!()];
        assert.deepEqual(
          pieces.map(({ length }) => length),
          lengths,
        );
        assert.deepEqual(Buffer.concat(pieces.map(bytesOf)), bytesOf(state.data));
        structuredClone(pieces, { transfer: pieces.map(({ buffer }) => buffer as ArrayBuffer) });
        assert.equal(pieces[0]!.length, 0); // its memory belonged to it alone
      }
      assert.deepEqual(parameter.values(), values);
      tensor.dispose();
      parameter.dispose();
    }
    assert.equal(tf.memory().numTensors, tensors);
  });
}
