// The threshold of a limited error, and its confidence interval.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clopperPearson, thresholdFor } from '../../dist/inference/threshold.js';

test('the interval is that of scipy.stats.beta.ppf', () => {
  const golden = [
    [0, 10, 0, 0.3084971078187607],
    [1, 170, 0.00014891719299440877, 0.032337066060505425],
    [3, 200, 0.003104107621553509, 0.0432082819177126],
    [10, 10, 0.6915028921812392, 1],
    [50, 25000, 0.0014847917592259443, 0.002635910965956536],
    [137, 5000, 0.02305278011538345, 0.032310033613919854],
  ] as const;
  for (const [count, total, low, high] of golden) {
    const [a, b] = clopperPearson(count, total);
    assert.ok(Math.abs(a - low) < 1e-9 && Math.abs(b - high) < 1e-9, `${count} of ${total}: ${a}, ${b}`);
  }
});

const guesses = (...list: [number, boolean][]) =>
  list.map(([confidence, correct]) => ({ confidence, correct }));

test('the smallest threshold with the error, also behind a worse one', () => {
  const list = guesses([0.99, true], [0.95, false], [0.9, true], [0.8, true], [0.7, true], [0.6, false]);
  const { interval, ...at20 } = thresholdFor(list, 0.2);
  assert.deepEqual(at20, { maxError: 0.2, probability: 0.7, answered: 5, wrong: 1 });
  assert.ok(interval![0] < 0.2 && interval![1] > 0.2);
  assert.deepEqual(thresholdFor(list, 0).probability, 0.99);
  assert.deepEqual(thresholdFor(list, 0.5).answered, 6);
});

test('images with the threshold’s probability are all answered', () => {
  const list = guesses([0.9, true], [0.8000004, true], [0.8000001, false]);
  assert.deepEqual(thresholdFor(list, 0).answered, 1);
  const { probability, answered } = thresholdFor(list, 0.4);
  assert.deepEqual([probability, answered], [0.8, 3]);
  assert.ok(list.every(({ confidence }) => confidence >= probability!));
});

test('no threshold where the most confident image is wrong, and none without an image', () => {
  assert.deepEqual(thresholdFor(guesses([0.99, false], [0.9, true]), 0.01), { maxError: 0.01 });
  assert.deepEqual(thresholdFor([], 0.01), { maxError: 0.01 });
});
