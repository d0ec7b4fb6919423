// Scalars that the parameters of a network share.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scalars } from '../../dist/engine/scalars.js';
import type { Binding } from '../../dist/engine/tfjsNode.js';

test('equal scalars are one tensor, and the least recently used are deleted', () => {
  const live = new Map<number, number>();
  let created = 0;
  const binding = {
    TF_FLOAT: 1,
    createTensor: (_shape: number[], _type: number, [value]: Float32Array) => {
      live.set(++created, value!);
      return created;
    },
    deleteTensor: (id: number) => live.delete(id),
  } as unknown as Binding;
  const scalars = new Scalars(binding);
  const constant = scalars.id(0.9);
  for (let step = 0; step < 100; step++) {
    for (let parameter = 0; parameter < 16; parameter++) {
      assert.equal(scalars.id(0.9), constant);
      assert.equal(live.get(scalars.id(1 / (step + 1))), Math.fround(1 / (step + 1)));
    }
  }
  assert.equal(created, 101);
  assert.equal(scalars.size, 16);
  assert.equal(live.size, 16);
});
