// Confident learning: the thresholds, the images that it suspects, and their order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrongLabels } from '../../dist/trials/confidentLearning.js';

const predictionsOf = (rows: readonly (readonly number[])[]) =>
  new Map(rows.map((row, index) => [index, row]));

test('an image that surely belongs to another class is suspicious, the most certain first', () => {
  const predictions = predictionsOf([
    [0.9, 0.1],
    [0.8, 0.2],
    [0.1, 0.9], // labelled 0
    [0.05, 0.95], // labelled 0
    [0.2, 0.8],
    [0.3, 0.7],
  ]);
  const wrong = wrongLabels(predictions, [0, 0, 0, 0, 1, 1], 2);
  assert.deepEqual(
    wrong.map(({ index, predicted }) => [index, predicted]),
    [
      [3, 1],
      [2, 1],
    ],
  );
  assert.ok(Math.abs(wrong[0]!.margin + 0.9) < 1e-9);
});

test('a class that is predicted with less confidence has a lower threshold', () => {
  // Class 1 has a mean of 0.5 for its own images, class 0 one of 0.8: 0.45 is not enough, 0.55 is.
  const rows = [
    [0.95, 0.05],
    [0.9, 0.1],
    [0.55, 0.45],
    [0.45, 0.55],
    [0.5, 0.5],
    [0.5, 0.5],
  ];
  const wrong = wrongLabels(predictionsOf(rows), [0, 0, 0, 0, 1, 1], 2);
  assert.deepEqual(
    wrong.map(({ index }) => index),
    [3],
  );
});

test('images without a prediction, and classes without an image, are left out', () => {
  const predictions = new Map([
    [0, [0.9, 0.1, 0]],
    [2, [0.2, 0.8, 0]],
  ]);
  assert.deepEqual(wrongLabels(predictions, [0, 1, 1], 3), []);
});

test('an image whose label is its most probable class is not suspicious', () => {
  // Class 1 is rare and its threshold low.
  const rows = [
    [0.99, 0.01],
    [0.7, 0.3],
    [0.8, 0.2],
  ];
  assert.deepEqual(wrongLabels(predictionsOf(rows), [0, 0, 1], 2), []);
});
