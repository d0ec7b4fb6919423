import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterEpoch, type Plateau, plateauOf } from '../../../dist/training/optimization/plateau.js';
import { learningRateOf } from '../../../dist/training/optimization/schedule.js';
import { readGolden } from '../../golden/golden.js';

const base = { lr: 0.1, schedule: 'constant', warmup: 0, scheduleEpochs: 4 } as const;
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test('constant stays', () => {
  for (const step of [0, 5, 1000]) assert.equal(learningRateOf(base)(step, 10), 0.1);
});

test('warm-up rises from one share to the whole', () => {
  const options = { ...base, warmup: 0.5 }; // 5 steps of 10
  [0.02, 0.04, 0.06, 0.08, 0.1, 0.1].forEach((rate, step) => {
    close(learningRateOf(options)(step, 10), rate);
  });
});

test('cosine falls over the steps after the warm-up, as CosineAnnealingLR', () => {
  const options = { ...base, schedule: 'cosine', warmup: 1 } as const; // 10 steps up, 30 down
  close(learningRateOf(options)(9, 10), 0.1);
  close(learningRateOf(options)(10, 10), 0.1);
  close(learningRateOf(options)(25, 10), 0.05);
  close(learningRateOf(options)(20, 10), (0.1 * (1 + Math.cos(Math.PI / 3))) / 2);
  close(learningRateOf(options)(40, 10), 0);
  close(learningRateOf(options)(99, 10), 0);
});

const golden = readGolden<{
  lr: number;
  runs: { schedule: 'constant' | 'cosine'; warmup: number; steps: number; rates: number[] }[];
  steps: { size: number; gamma: number; rates: number[] }[];
  plateaus: { patience: number; gamma: number; losses: number[]; rates: number[] }[];
}>('schedules');

for (const { schedule, warmup, steps, rates } of golden.runs) {
  test(`${steps} steps are torch.optim.lr_scheduler's: ${schedule}, ${warmup} of warm-up`, () => {
    // One step an epoch: warmup and scheduleEpochs count steps.
    const options = { lr: golden.lr, schedule, warmup, scheduleEpochs: steps };
    rates.forEach((rate, step) => {
      close(learningRateOf(options)(step, 1), rate);
    });
    // The same in epochs of 10 steps.
    const epochs = { ...options, warmup: warmup / 10, scheduleEpochs: steps / 10 };
    rates.forEach((rate, step) => {
      close(learningRateOf(epochs)(step, 10), rate);
    });
  });
}

for (const { size, gamma, rates } of golden.steps) {
  test(`reductions by ${gamma} every ${size} epochs are StepLR's`, () => {
    const options = { ...base, lr: golden.lr, schedule: 'step', lrStep: size, lrGamma: gamma } as const;
    rates.forEach((rate, epoch) => {
      close(learningRateOf(options)(7 * epoch, 7), rate);
      close(learningRateOf(options)(7 * epoch + 6, 7), rate);
    });
    // Epochs are counted after the warm-up.
    close(learningRateOf({ ...options, warmup: 2 })(7 * (size + 2) - 1, 7), golden.lr);
    close(learningRateOf({ ...options, warmup: 2 })(7 * (size + 2), 7), golden.lr * gamma);
  });
}

for (const { patience, gamma, losses, rates } of golden.plateaus) {
  test(`reductions by ${gamma} after ${patience} epochs without a lower loss are ReduceLROnPlateau's`, () => {
    const options = plateauOf({ schedule: 'plateau', lr: golden.lr, lrPatience: patience, lrGamma: gamma })!;
    let plateau: Plateau | undefined;
    losses.forEach((loss, epoch) => {
      close(golden.lr * (plateau?.scale ?? 1), rates[epoch]!);
      plateau = afterEpoch(plateau, loss, options);
    });
    close(golden.lr * plateau!.scale, rates.at(-1)!);
    assert.ok(rates.at(-1)! < golden.lr);
  });
}
