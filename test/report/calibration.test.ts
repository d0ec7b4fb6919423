import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrationOf } from '../../dist/report/calibration.js';

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}, not ${expected}`);

test('bins, expected and largest calibration error, computed by hand', () => {
  const guesses = [
    { confidence: 0.5, correct: true }, // (0.4, 0.5]: the upper edge is in the bin
    { confidence: 0.45, correct: false },
    { confidence: 0.95, correct: true },
    { confidence: 1, correct: true },
    { confidence: 0.91, correct: false },
  ];
  const { bins, expectedError, largestError, meanConfidence } = calibrationOf(guesses, 10);
  assert.deepEqual(
    bins.map(({ images }) => images),
    [0, 0, 0, 0, 2, 0, 0, 0, 0, 3],
  );
  close(bins[4]!.confidence, 0.475);
  close(bins[4]!.accuracy, 0.5);
  close(bins[9]!.confidence, 2.86 / 3);
  close(bins[9]!.accuracy, 2 / 3);
  close(expectedError, (2 * 0.025 + 3 * (2.86 / 3 - 2 / 3)) / 5);
  close(largestError, 2.86 / 3 - 2 / 3);
  close(meanConfidence, 3.81 / 5);
});

test('there are fifteen bins by default, and every image is in one of them', () => {
  const guesses = Array.from({ length: 16 }, (_, index) => ({ confidence: index / 15, correct: true }));
  const { bins } = calibrationOf(guesses);
  assert.equal(bins.length, 15);
  assert.equal(
    bins.reduce((sum, { images }) => sum + images, 0),
    16,
  );
  assert.deepEqual(calibrationOf([]).expectedError, 0);
});
