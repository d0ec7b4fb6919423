import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BestLook } from '../../dist/training/bestPredictions.js';
import type { Prediction } from '../../dist/training/evaluateNetwork.js';

const prediction = (index: number, { flip = false, classes = 2 } = {}): Prediction => {
  const probabilities = new Float32Array(classes).fill(1 / classes);
  return { index, transform: { flip }, probabilities, logProbabilities: probabilities.map(Math.log) };
};

const indices = (look: BestLook) => look.predictions?.map(({ index }) => index);

test('what the best epoch said is kept, whatever later ones say', () => {
  const look = new BestLook();
  assert.equal(look.predictions, undefined); // of a run that goes on, it may have been an earlier process’s
  for (const [best, seen] of [
    [true, [1, 2]],
    [true, [3, 4]],
    [false, [5, 6]],
  ] as const) {
    for (const index of seen) look.see(prediction(index));
    look.endEpoch({ best });
  }
  assert.deepEqual(indices(look), [3, 4]);
});

test('mirrored images, and more than memory is for, are not kept', () => {
  const look = new BestLook();
  look.see(prediction(1));
  look.endEpoch({ best: true });
  look.see(prediction(1, { flip: true }));
  look.see(prediction(2));
  look.endEpoch({ best: true });
  assert.equal(indices(look), undefined);

  const large = prediction(1, { classes: 1e6 });
  for (let i = 0; i < 11; i++) look.see(large);
  look.endEpoch({ best: true });
  assert.equal(indices(look), undefined);
  for (let i = 0; i < 10; i++) look.see(large);
  look.endEpoch({ best: true });
  assert.equal(indices(look)?.length, 10);
});
