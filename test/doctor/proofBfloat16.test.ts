// The proof in bfloat16. A separate file, because a process opens an engine in one precision.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures } from '../../dist/doctor/figures.js';
import { proveNumbers } from '../../dist/doctor/proof.js';
import { open, withoutBfloat16 } from '../engine/bfloat16.js';

test("bfloat16 is as far from PyTorch's float32 as its autocast, and leaves no tensors", {
  skip: withoutBfloat16,
}, async (t) => {
  const engine = await open();
  const before = engine.handles();
  for (const { name, difference, allowed, pytorch, ok } of await proveNumbers(engine, figures)) {
    t.diagnostic(`${name}: ${difference.toExponential(1)}, PyTorch's autocast ${pytorch.toExponential(1)}`);
    assert.ok(ok, name);
    assert.equal(allowed, 2 * figures.autocast[name]);
    assert.ok(difference > 0.3 * pytorch, `${name}: this is not bfloat16`);
  }
  assert.equal(engine.handles(), before);
});
