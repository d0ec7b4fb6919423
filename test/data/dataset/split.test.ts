// Which images are for validation.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type SplitOptions,
  splitRecord,
  splitSamples,
  splitWarnings,
} from '../../../dist/data/dataset/split.js';
import { MersenneTwister } from '../../../dist/random/generator.js';

/** Samples in a scan's order, with these numbers of images per class. */
const sized = (...sizes: number[]) =>
  sizes.flatMap((size, label) =>
    Array.from({ length: size }, (_, index) => ({ path: `${label}/${index}.jpg`, label })),
  );

const split = (sizes: number[], options: Partial<SplitOptions> = {}) =>
  splitSamples(sized(...sizes), { method: 'stratified', share: 0.1, seed: 0, ...options });

/** How many images of each class are on a side. */
const perClass = (sizes: number[], side: readonly number[]) => {
  const samples = sized(...sizes);
  return sizes.map((_, label) => side.filter((index) => samples[index]!.label === label).length);
};

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
const methods = ['stratified', 'random', 'torch'] as const;

test('every image is on one side, whatever the method', () => {
  for (const method of methods) {
    for (const share of [0.05, 0.1, 0.25, 0.5, 0.9]) {
      const sizes = [40, 7, 2, 100, 1];
      const { train, validation } = split(sizes, { method, share });
      assert.deepEqual(ascending([...train, ...validation]), [...Array(150).keys()]);
      if (method === 'torch') continue;
      assert.deepEqual(train, ascending(train));
      assert.deepEqual(validation, ascending(validation));
    }
  }
});

test("as many are trained on as in the notebook: int(0.9 * n), and a share's complement is exact", () => {
  for (const method of methods) {
    for (const [n, share, train] of [
      [24_998, 0.1, 22_498],
      [2000, 0.1, 1800],
      [25, 0.1, 22],
      [10, 0.9, 1], // 1 - 0.9 is 0.09999999999999998
      [100, 0.3, 70],
      [1000, 0.003, 997],
    ] as const) {
      const sizes = [Math.ceil(n / 2), Math.floor(n / 2)];
      if (method === 'stratified' && n === 10) continue; // one of each class stays
      assert.equal(split(sizes, { method, share }).train.length, train, `${method} ${n} ${share}`);
    }
  }
});

test("torch: one permutation's beginning and its rest, as random_split gives them", () => {
  // torch.manual_seed(0); [list(s) for s in random_split(range(12), [int(0.75 * 12), 3])]
  const { train, validation } = split([6, 6], { method: 'torch', share: 0.25 });
  assert.deepEqual(
    [train, validation],
    [
      [8, 0, 5, 9, 7, 4, 2, 10, 3],
      [1, 11, 6],
    ],
  );
  const order = [...new MersenneTwister(7).randperm(2000)];
  const large = split([1000, 1000], { method: 'torch', seed: 7 });
  assert.deepEqual([...large.train, ...large.validation], order);
});

test('stratified: each class gives its share, rounded by the largest remainder', () => {
  const validation = (sizes: number[], share = 0.1) => perClass(sizes, split(sizes, { share }).validation);
  assert.deepEqual(validation([1000, 1000]), [100, 100]);
  assert.deepEqual(validation([50, 500, 5000]), [5, 50, 500]);
  assert.deepEqual(validation([15, 15]), [2, 1]); // 1.5 each: 3 in all, the earlier of equals
  assert.deepEqual(validation([14, 18, 19, 12]), [2, 2, 2, 1]); // 7 in all
  assert.deepEqual(validation([33, 33, 34], 0.5), [17, 16, 17]);
});

test('stratified: a class of two or more has one on each side, a single image is trained on', () => {
  const sizes = [2, 3, 1, 5, 1000, 1];
  for (const share of [0.01, 0.1, 0.5, 0.95, 0.999]) {
    const { train, validation } = split(sizes, { share });
    const counts = perClass(sizes, validation);
    for (const [label, size] of sizes.entries()) {
      if (size === 1) assert.equal(counts[label], 0);
      else assert.ok(counts[label]! >= 1 && counts[label]! < size, `${size} at ${share}: ${counts[label]}`);
    }
    assert.equal(train.length + validation.length, 1012);
  }
  // Many small classes that need one each take nothing from the large one's share.
  const many = [...Array(100).fill(2), 1000];
  assert.deepEqual(perClass(many, split(many).validation).slice(-2), [1, 100]);
});

test('stratified: what is drawn of a class depends on the seed, not on other classes', () => {
  const ofClass = (sizes: number[], label: number, seed = 0) => {
    const samples = sized(...sizes);
    const drawn = split(sizes, { seed }).validation;
    return drawn
      .filter((index) => samples[index]!.label === label)
      .map((index) => samples[index]!.path.slice(2));
  };
  assert.deepEqual(ofClass([200, 300], 1), ofClass([50, 300, 70], 1));
  assert.deepEqual(ofClass([200, 300], 1), ofClass([300, 70], 0));
  assert.deepEqual(ofClass([200, 300], 1), ofClass([200, 300], 1));
  assert.notDeepEqual(ofClass([200, 300], 1), ofClass([200, 300], 1, 1));
});

test('random: the seed decides, and it is not the permutation of an epoch or of torch', () => {
  const drawn = (seed: number, method: SplitOptions['method'] = 'random') =>
    split([500, 500], { method, seed }).validation;
  assert.deepEqual(drawn(3), drawn(3));
  assert.notDeepEqual(drawn(3), drawn(4));
  assert.notDeepEqual(drawn(3), ascending(drawn(3, 'torch')));
});

test('a share of 0 leaves all to the training', () => {
  for (const method of methods) {
    const { train, validation } = split([2, 3], { method, share: 0 });
    // torch's training side is in the order in which random_split drew it.
    assert.deepEqual([train.sort(), validation], [[0, 1, 2, 3, 4], []]);
  }
});

test('where nothing is left to train on, that is said', () => {
  for (const method of ['random', 'torch'] as const) {
    assert.throws(() => split([3, 2], { method, share: 0.99 }), {
      name: 'UserError',
      exitCode: 3,
      message:
        /^Nothing is left to train on: with a validation share of 0\.99, all 5 images are for validation\.$/,
      hint: /--val-split/,
    });
  }
});

test('classes that are missing on a side are named', () => {
  const samples = sized(1, 4, 2);
  const folder = { samples, classes: ['ant', 'bee', 'cat\n'] };
  assert.deepEqual(splitWarnings(folder, { train: [0, 1, 2, 5], validation: [3, 4, 6] }), [
    'Classes without an image for validation: ant.',
  ]);
  assert.deepEqual(splitWarnings(folder, { train: [0, 1, 2], validation: [3, 4, 5, 6] }), [
    'Classes without an image to train on: cat\\u{a}.',
    'Classes without an image for validation: ant.',
  ]);
  assert.deepEqual(splitWarnings(folder, { train: [0, 1, 2, 3, 4, 5, 6], validation: [] }), []);
});

test('split.json holds every file, its class and its side', () => {
  const folder = { root: 'photos', samples: sized(2, 2), classes: ['cat', 'dog'], warnings: [] };
  const options = { method: 'torch', share: 0.5, seed: 5 } as const;
  assert.deepEqual(splitRecord(folder, { train: [3, 0], validation: [2, 1] }, options), {
    schema: 1,
    seed: 5,
    method: 'torch',
    share: 0.5,
    classes: ['cat', 'dog'],
    files: [
      { file: '0/0.jpg', class: 'cat', side: 'train' },
      { file: '0/1.jpg', class: 'cat', side: 'validation' },
      { file: '1/0.jpg', class: 'dog', side: 'validation' },
      { file: '1/1.jpg', class: 'dog', side: 'train' },
    ],
  });
});
