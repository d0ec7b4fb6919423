import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromTorch, toTorch } from '../../dist/model/layout.js';

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
