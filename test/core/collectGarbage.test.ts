import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectGarbage } from '../../dist/core/collectGarbage.js';

test('frees an array that nothing refers to', async () => {
  const array = new WeakRef(new Float32Array(1000));
  await nextTurn(); // a WeakRef holds its target until the end of the job
  assert.ok(array.deref());
  await nextTurn();
  collectGarbage();
  assert.equal(array.deref(), undefined);
});
