import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classMetrics, emptyConfusion } from '../../dist/training/metrics.js';

test('precision, recall and F1 by hand', () => {
  const confusion = [
    [8, 2, 0],
    [1, 9, 0],
    [3, 0, 0],
  ];
  assert.deepEqual(classMetrics(confusion, 0), { images: 10, precision: 8 / 12, recall: 0.8, f1: 16 / 22 });
  assert.deepEqual(classMetrics(confusion, 2), { images: 3, precision: 0, recall: 0, f1: 0 });
});

test('nothing seen is no division by zero', () => {
  assert.deepEqual(classMetrics(emptyConfusion(2), 1), { images: 0, precision: 0, recall: 0, f1: 0 });
});
