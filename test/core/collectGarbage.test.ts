import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectGarbage } from '../../dist/core/collectGarbage.js';

const megabyte = 2 ** 20;

/** In a function of its own: its variables refer to the arrays until it returns. */
function allocate(): number {
  const arrays = Array.from({ length: 8 }, () => new Float32Array(megabyte).fill(1));
  return arrays.length;
}

test('frees arrays that nothing refers to', () => {
  assert.equal(allocate(), 8);
  assert.ok(process.memoryUsage().arrayBuffers > 32 * megabyte);
  collectGarbage();
  assert.ok(process.memoryUsage().arrayBuffers < 8 * megabyte);
});
