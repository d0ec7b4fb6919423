import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learningRateAt } from '../../dist/training/schedule.js';
import { readGolden } from '../golden/golden.js';

const base = { lr: 0.1, schedule: 'constant', warmup: 0, scheduleEpochs: 4 } as const;
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test('constant stays', () => {
  for (const step of [0, 5, 1000]) assert.equal(learningRateAt(step, 10, base), 0.1);
});

test('warm-up rises from one share to the whole', () => {
  const options = { ...base, warmup: 0.5 }; // 5 steps of 10
  [0.02, 0.04, 0.06, 0.08, 0.1, 0.1].forEach((rate, step) => {
    close(learningRateAt(step, 10, options), rate);
  });
});

test('cosine falls over the steps after the warm-up, as CosineAnnealingLR', () => {
  const options = { ...base, schedule: 'cosine', warmup: 1 } as const; // 10 steps up, 30 down
  close(learningRateAt(9, 10, options), 0.1);
  close(learningRateAt(10, 10, options), 0.1);
  close(learningRateAt(25, 10, options), 0.05);
  close(learningRateAt(20, 10, options), (0.1 * (1 + Math.cos(Math.PI / 3))) / 2);
  close(learningRateAt(40, 10, options), 0);
  close(learningRateAt(99, 10, options), 0);
});

const golden = readGolden<{
  lr: number;
  runs: { schedule: 'constant' | 'cosine'; warmup: number; steps: number; rates: number[] }[];
}>('schedules');

for (const { schedule, warmup, steps, rates } of golden.runs) {
  test(`${steps} steps are torch.optim.lr_scheduler's: ${schedule}, ${warmup} of warm-up`, () => {
    // One step an epoch: warmup and scheduleEpochs count steps.
    const options = { lr: golden.lr, schedule, warmup, scheduleEpochs: steps };
    rates.forEach((rate, step) => {
      close(learningRateAt(step, 1, options), rate);
    });
    // The same in epochs of 10 steps.
    const epochs = { ...options, warmup: warmup / 10, scheduleEpochs: steps / 10 };
    rates.forEach((rate, step) => {
      close(learningRateAt(step, 10, epochs), rate);
    });
  });
}
