import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BestPredictions } from '../../dist/training/bestPredictions.js';
import type { Prediction } from '../../dist/training/evaluateNetwork.js';

const prediction = (index: number, { flip = false, classes = 2 } = {}): Prediction => {
  const probabilities = new Float32Array(classes).fill(1 / classes);
  return { index, transform: { flip }, probabilities, logProbabilities: probabilities.map(Math.log) };
};

const indices = (best: BestPredictions) => best.predictions?.map(({ index }) => index);

test('the predictions of the best epoch are stored, whatever follows', () => {
  const best = new BestPredictions();
  assert.equal(best.predictions, undefined); // of a resumed run, the best epoch can be another process's
  for (const [isBest, seen] of [
    [true, [1, 2]],
    [true, [3, 4]],
    [false, [5, 6]],
  ] as const) {
    for (const index of seen) best.add(prediction(index));
    best.endEpoch({ best: isBest });
  }
  assert.deepEqual(indices(best), [3, 4]);
});

test('predictions of transformed images, and too many, are not stored', () => {
  const best = new BestPredictions();
  best.add(prediction(1));
  best.endEpoch({ best: true });
  best.add(prediction(1, { flip: true }));
  best.add(prediction(2));
  best.endEpoch({ best: true });
  assert.equal(indices(best), undefined);

  const large = prediction(1, { classes: 1e6 });
  for (let i = 0; i < 11; i++) best.add(large);
  best.endEpoch({ best: true });
  assert.equal(indices(best), undefined);
  for (let i = 0; i < 10; i++) best.add(large);
  best.endEpoch({ best: true });
  assert.equal(indices(best)?.length, 10);
});
