import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectGarbage } from '../../dist/core/collectGarbage.js';

const megabyte = 2 ** 20;

/** In a function of its own: its variables refer to the arrays until it returns. */
function allocate(): number {
  const arrays = Array.from({ length: 8 }, () => new Float32Array(megabyte).fill(1));
  return arrays.length;
}

test('frees arrays that nothing refers to', async () => {
  assert.equal(allocate(), 8);
  assert.ok(process.memoryUsage().arrayBuffers > 32 * megabyte);
  collectGarbage();
  // A thread of V8 frees them.
  for (let i = 0; i < 500 && process.memoryUsage().arrayBuffers > 8 * megabyte; i++) await sleep(10);
  assert.ok(process.memoryUsage().arrayBuffers < 8 * megabyte);
});
