import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunksOf, plainDraws, trainingDraws } from '../../dist/data/draws.js';

const samples = Array.from({ length: 500 }, (_, i) => i * 3);
const draw = (options: Partial<Parameters<typeof trainingDraws>[1]> = {}) =>
  trainingDraws(samples, { seed: 1, epoch: 1, augment: 'flip', ...options });

test('an epoch draws every picture once, in an order of its own', () => {
  const first = draw();
  assert.deepEqual(
    first.map(({ sample }) => sample).sort((a, b) => a - b),
    samples,
  );
  assert.notDeepEqual(
    first.map(({ sample }) => sample),
    samples,
  );
  assert.deepEqual(draw(), first);
  for (const other of [{ epoch: 2 }, { seed: 2 }]) {
    const order = draw(other).map(({ sample }) => sample);
    assert.notDeepEqual(
      order,
      first.map(({ sample }) => sample),
    );
  }
});

test('about half are mirrored, and others in each epoch', () => {
  const mirrored = (epoch: number) =>
    draw({ epoch })
      .filter(({ flip }) => flip)
      .map(({ sample }) => sample)
      .sort((a, b) => a - b);
  for (const epoch of [1, 2, 3]) assert.ok(Math.abs(mirrored(epoch).length - 250) < 50);
  assert.notDeepEqual(mirrored(1), mirrored(2));
  assert.ok(draw({ augment: 'none' }).every(({ flip }) => !flip));
  assert.ok(plainDraws(samples).every(({ flip }) => !flip));
});

test('chunks are consecutive, the last may be shorter', () => {
  assert.deepEqual([...chunksOf([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]]);
  assert.deepEqual([...chunksOf([], 2)], []);
});
