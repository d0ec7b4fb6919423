import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBetter } from '../../dist/training/best.js';

test('higher accuracy, then lower loss, then the earlier', () => {
  const best = { epoch: 1, valAccuracy: 0.9, valLoss: 0.3 };
  assert.equal(isBetter(best, undefined), true);
  assert.equal(isBetter({ epoch: 2, valAccuracy: 0.91, valLoss: 0.5 }, best), true);
  assert.equal(isBetter({ epoch: 2, valAccuracy: 0.89, valLoss: 0.1 }, best), false);
  assert.equal(isBetter({ epoch: 2, valAccuracy: 0.9, valLoss: 0.29 }, best), true);
  assert.equal(isBetter({ epoch: 2, valAccuracy: 0.9, valLoss: 0.3 }, best), false);
});

test('without validation the latest is the best', () => {
  assert.equal(isBetter({ epoch: 2 }, { epoch: 1 }), true);
});
