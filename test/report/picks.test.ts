import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusedPairs, picksOf } from '../../dist/report/picks.js';

const image = (file: string, label: number, guess: number, probability: number) => ({
  file,
  label,
  top: [{ label: guess, probability }],
  truth: label === guess ? probability : 1 - probability,
});

test('mistakes by how sure they were, the rest by how unsure; no image twice', () => {
  const judged = [
    image('sure and right', 0, 0, 0.99),
    image('unsure and wrong', 0, 1, 0.51),
    image('sure and wrong', 1, 0, 0.98),
    image('unsure and right', 1, 1, 0.52),
    image('wrong', 1, 0, 0.7),
  ];
  const names = (list: readonly { file: string }[]) => list.map(({ file }) => file);
  const two = picksOf(judged, 2);
  assert.deepEqual(names(two.mistakes), ['sure and wrong', 'wrong']);
  assert.deepEqual(names(two.uncertain), ['unsure and wrong', 'unsure and right']);
  assert.deepEqual(names(picksOf(judged).uncertain), ['unsure and right', 'sure and right']);
});

test('pairs by how many images, then by their share', () => {
  const pairs = confusedPairs(
    [
      [8, 2, 0],
      [1, 1, 2],
      [0, 3, 0],
    ],
    3,
  );
  assert.deepEqual(
    pairs.map(({ label, taken, images }) => [label, taken, images]),
    [
      [2, 1, 3],
      [1, 2, 2],
      [0, 1, 2],
    ],
  );
  assert.equal(pairs[1]!.share, 0.5);
});
