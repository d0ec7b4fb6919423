// How accurately summaries of tensors measure differences.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestDifference, type Summary } from '../../dist/doctor/projections.js';
import { MersenneTwister } from '../../dist/random/generator.js';

const size = 5003;
const values = new Float32Array(size);
new MersenneTwister(1).uniform(values, -1, 1);

function summaryOf(values: Float32Array, seed: number): Summary {
  const draws = new Float32Array(values.length);
  new MersenneTwister(seed).uniform(draws, -1, 1);
  const projections = new Array<number>(8).fill(0);
  values.forEach((value, i) => {
    projections[i % 8]! += value * draws[i]!;
  });
  return { name: 'a', norm: Math.hypot(...values), projections };
}

test('a tensor does not differ from its summary', () => {
  const difference = largestDifference([summaryOf(values, 4)], 4, () => values);
  assert.ok(difference < 1e-12, String(difference));
});

test('subtracts the values of `minus`', () => {
  const twice = values.map((value) => 2 * value);
  const summary = summaryOf(values, 4);
  const difference = largestDifference(
    [summary],
    4,
    () => twice,
    () => values,
  );
  assert.ok(difference < 1e-6, String(difference));
});

test('estimates the size of noise', () => {
  const summary = summaryOf(values, 4);
  for (const scale of [1e-5, 1e-2]) {
    for (const seed of [2, 3, 5]) {
      const noise = new Float32Array(size);
      new MersenneTwister(seed).uniform(noise, -scale, scale);
      const noisy = values.map((value, i) => value + noise[i]!);
      const real = Math.hypot(...noise) / Math.hypot(...values);
      const estimate = largestDifference([summary], 4, () => noisy);
      assert.ok(estimate > real / 3 && estimate < real * 3, `${estimate}, but the difference is ${real}`);
    }
  }
});

test('detects the same values in another order', () => {
  const difference = largestDifference([summaryOf(values, 4)], 4, () => values.toReversed());
  assert.ok(difference > 0.3, String(difference));
});

test('returns the largest difference of several tensors, and NaN for NaN', () => {
  const other = values.map((value) => 1.5 * value);
  const seeds = new MersenneTwister(4);
  const draws = new Float32Array(size);
  seeds.uniform(draws, -1, 1); // the second tensor's vector follows the first one's
  const summaries = [
    summaryOf(values, 4),
    { ...summaryOf(values, 4), name: 'b', norm: Math.hypot(...values) },
  ];
  const difference = largestDifference(summaries, 4, (name) => (name === 'b' ? other : values));
  assert.ok(difference >= 0.5, String(difference));
  assert.ok(Number.isNaN(largestDifference([summaryOf(values, 4)], 4, () => values.map(() => Number.NaN))));
});
