import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusedPairs, selectImages } from '../../dist/report/selection.js';

const image = (file: string, label: number, predicted: number, probability: number) => ({
  file,
  label,
  top: [{ label: predicted, probability }],
  truth: label === predicted ? probability : 1 - probability,
});

test('the most confident mistakes, then the least confident of the rest; no image twice', () => {
  const predictions = [
    image('confident and correct', 0, 0, 0.99),
    image('uncertain and wrong', 0, 1, 0.51),
    image('confident and wrong', 1, 0, 0.98),
    image('uncertain and correct', 1, 1, 0.52),
    image('wrong', 1, 0, 0.7),
  ];
  const names = (list: readonly { file: string }[]) => list.map(({ file }) => file);
  const two = selectImages(predictions, 2);
  assert.deepEqual(names(two.mistakes), ['confident and wrong', 'wrong']);
  assert.deepEqual(names(two.uncertain), ['uncertain and wrong', 'uncertain and correct']);
  assert.deepEqual(names(selectImages(predictions).uncertain), [
    'uncertain and correct',
    'confident and correct',
  ]);
});

test('confused pairs are sorted by images, then by their share', () => {
  const pairs = confusedPairs(
    [
      [8, 2, 0],
      [1, 1, 2],
      [0, 3, 0],
    ],
    3,
  );
  assert.deepEqual(
    pairs.map(({ label, predicted, images }) => [label, predicted, images]),
    [
      [2, 1, 3],
      [1, 2, 2],
      [0, 1, 2],
    ],
  );
  assert.equal(pairs[1]!.share, 0.5);
});
