// Two runs compared: splits, answers, McNemar's test and the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareAnswers } from '../../dist/report/gather/compareAnswers.js';
import { compareSplits } from '../../dist/report/gather/compareSplits.js';
import { mcnemar } from '../../dist/report/mcnemar.js';
import { exampleComparisonPage } from './examples.js';

test('McNemar’s exact p-values are those of exact fractions', () => {
  // min(1, 2 * sum(comb(n, i) for i in range(min(b, c) + 1)) / 2 ** n) in Python 3.11
  for (const [b, c, expected] of [
    [0, 0, 1],
    [1, 0, 1],
    [3, 3, 1],
    [0, 6, 0.03125],
    [10, 2, 0.03857421875],
    [43, 5, 1.3680484300948592e-8],
    [700, 800, 0.010559255466711544],
    [2000, 2200, 0.0021323556719912346],
  ] as const) {
    for (const found of [mcnemar(b, c), mcnemar(c, b)])
      assert.ok(Math.abs(found - expected) <= 1e-9 * expected, `${b} ${c}: ${found}`);
  }
});

const file = (name: string, side: string, sha256?: string) => ({
  file: name,
  class: name.split('/')[0]!,
  side,
  ...(sha256 !== undefined && { sha256 }),
});

test('splits are compared by the bytes of the images, or by name without hashes', () => {
  const first = [file('a/1', 'train', 'x'), file('a/2', 'validation', 'y'), file('b/3', 'validation', 'z')];
  assert.deepEqual(compareSplits([first, first]).split, {
    same: true,
    onlyIn: [0, 0],
    moved: 0,
    validation: 2,
  });
  // a/2 was renamed, b/3 is another image, a/1 is now for validation.
  const second = [
    file('a/1', 'validation', 'x'),
    file('a/9', 'validation', 'y'),
    file('b/3', 'validation', 'w'),
  ];
  const { split, shared } = compareSplits([first, second]);
  assert.deepEqual(split, { same: false, onlyIn: [1, 1], moved: 1, validation: 1 });
  assert.deepEqual(shared, [first[1]]);
  const unhashed = second.map(({ sha256: _, ...rest }) => rest);
  assert.deepEqual(compareSplits([first, unhashed]).split, {
    same: false,
    onlyIn: [1, 1],
    moved: 1,
    validation: 1,
  });
  // Equal images count once: McNemar's test is on independent ones.
  const doubled = [...first, file('b/5', 'validation', 'z')];
  assert.deepEqual(compareSplits([doubled, doubled]).shared, [first[1], first[2]]);
  // An image that one of the runs was trained on under another name is not compared.
  const twice = [...first, file('a/4', 'train', 'y')];
  assert.equal(compareSplits([first, twice]).split.validation, 1);
  assert.deepEqual(compareSplits([[], []]).split, { same: true, onlyIn: [0, 0], moved: 0, validation: 0 });
});

const answer = (label: string, probability: number) => ({ label, probability, loss: probability });
const images = ['a', 'a', 'b', 'b', 'b'].map((name, index) => ({
  file: `${name}/${index}`,
  path: `/${name}/${index}`,
  class: name,
}));

test('answers: only images with two answers count', () => {
  const compared = compareAnswers(images, [
    [answer('a', 0.9), answer('b', 0.8), answer('b', 0.7), answer('c', 0.6), undefined],
    [answer('a', 0.5), answer('a', 0.4), answer('a', 0.3), answer('a', 0.2), answer('b', 1)],
  ])!;
  const { changed, loss, ...counts } = compared;
  assert.deepEqual(counts, {
    images: 4,
    accuracy: [0.5, 0.5],
    bothRight: 1,
    bothWrong: 1,
    onlyRight: [1, 1],
    pValue: 1,
  });
  assert.ok(Math.abs(loss[0] - 0.75) < 1e-12 && Math.abs(loss[1] - 0.35) < 1e-12);
  assert.deepEqual(
    changed.map(({ file: name, answers: [a, b] }) => [name, a.label, b.label]),
    [
      ['a/1', 'b', 'a'],
      ['b/2', 'b', 'a'],
      ['b/3', 'c', 'a'],
    ],
  );
  assert.equal(compareAnswers(images, [[], []]), undefined);
});

test('no name becomes markup', () => {
  const page = exampleComparisonPage();
  assert.doesNotMatch(page, /<img src=x|<script|\u202e/);
  assert.match(page, /Only A is right: 1<[\s\S]*Both are wrong, with different answers: 1</);
  assert.match(page, /The image can’t be shown/);
  assert.match(
    page,
    /Different splits: 1 of the images are only in A, 2 only in B, and 3 are on other sides/,
  );
});
