// The proof succeeds on each engine of this machine, and detects every wrong figure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Figures, figures } from '../../dist/doctor/figures.js';
import { proveNumbers } from '../../dist/doctor/proof.js';
import { engines, open } from '../engine/engines.js';

const names = ['logits', 'loss', 'gradients', 'adam', 'sgd'];

/** Figures with one value each that differs by about ten times the tolerance. */
function wrong(): Figures {
  const altered = <T extends { norm: number }>([first, ...rest]: readonly T[], by: number) => [
    { ...first!, norm: first!.norm * (1 + by) },
    ...rest,
  ];
  const { logits, loss, gradients, adam, sgd } = figures;
  return {
    ...figures,
    logits: [logits[0]! + 1e-3, ...logits.slice(1)],
    loss: loss * (1 + 1e-4),
    gradients: altered(gradients, 1e-3),
    adam: { ...adam, changes: altered(adam.changes, 0.2) },
    sgd: { ...sgd, changes: altered(sgd.changes, 2e-3) },
  };
}

for (const { device, skip } of await engines()) {
  test(`${device} has PyTorch's numbers, and leaves no tensors`, { skip }, async (t) => {
    const engine = await open(device);
    const before = engine.handles();
    const proof = await proveNumbers(engine, figures);
    assert.equal(engine.handles(), before);
    assert.deepEqual(
      proof.map(({ name }) => name),
      names,
    );
    for (const { name, difference, allowed, pytorch, ok } of proof) {
      t.diagnostic(
        `${name}: ${difference.toExponential(1)}, PyTorch's own spread ${pytorch.toExponential(1)}`,
      );
      assert.ok(ok && difference <= allowed, `${name} is off by ${difference}`);
      // The tolerance is close to PyTorch's own spread.
      assert.ok(allowed < 30 * pytorch, name);
    }
  });
}

test('detects each wrong figure', async () => {
  const [cpu] = await engines();
  const engine = await open(cpu?.skip === false ? 'cpu' : 'wasm');
  const before = engine.handles();
  const proof = await proveNumbers(engine, wrong());
  assert.deepEqual(
    proof.filter(({ ok }) => !ok).map(({ name }) => name),
    names,
  );
  assert.equal(engine.handles(), before);
});

test('an aborted proof leaves no tensors', async () => {
  const engine = await open('wasm');
  const before = engine.handles();
  await assert.rejects(proveNumbers(engine, figures, AbortSignal.abort()), { name: 'AbortError' });
  assert.equal(engine.handles(), before);
});

test('TF32 has a quarter of the tolerance of bfloat16', async () => {
  const [cpu] = await engines();
  const engine = await open(cpu!.skip ? 'wasm' : 'cpu');
  const allowed = async (precision: 'tf32' | 'bfloat16') =>
    (await proveNumbers({ ...engine, precision }, figures)).map((figure) => figure.allowed);
  assert.deepEqual(
    await allowed('tf32'),
    (await allowed('bfloat16')).map((each) => each / 4),
  );
});
