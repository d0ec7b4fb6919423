// Images with the same bytes stay on one side of a split; without any, a split is what it always was.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type SplitOptions, splitRecord, splitSamples } from '../../../dist/data/dataset/split.js';
import { MersenneTwister } from '../../../dist/random/generator.js';

const sized = (...sizes: number[]) =>
  sizes.flatMap((size, label) =>
    Array.from({ length: size }, (_, index) => ({ path: `${label}/${index}.jpg`, label })),
  );
const options = (method: SplitOptions['method'], share = 0.1, seed = 0): SplitOptions => ({
  method,
  share,
  seed,
});

/** Disjoint groups of 2 to 5 of `count` samples, as a seed draws them. */
function drawnGroups(count: number, groups: number, seed: number): number[][] {
  const order = [...new MersenneTwister(seed).randperm(count)];
  return Array.from({ length: groups }, (_, i) => order.splice(0, 2 + (i % 4)));
}

const isWhole = (group: readonly number[], side: ReadonlySet<number>) =>
  group.every((sample) => side.has(sample)) || !group.some((sample) => side.has(sample));

test('without duplicates a split is the one that earlier versions drew', () => {
  // Made by splitSamples as it was before it knew of groups.
  for (const [method, sizes, expected] of [
    ['stratified', [1000, 1000], 'e5e8a14b7edebdb9'],
    ['stratified', [12500, 12498], '18f6cf8834cd67d6'],
    ['stratified', [40, 7, 2, 100, 1], 'f0bbb07f404a9457'],
    ['random', [1000, 1000], '29af4d4cecef0475'],
    ['random', [12500, 12498], '3303cc9cfb6e89b9'],
    ['random', [40, 7, 2, 100, 1], '87396c681884df72'],
  ] as const) {
    const { validation } = splitSamples(sized(...sizes), options(method), []);
    const digest = createHash('sha256').update(validation.join(' ')).digest('hex').slice(0, 16);
    assert.equal(digest, expected, `${method} ${sizes}`);
  }
});

test('groups are on one side, whatever seed, share and method, and the sides are as large as they would be', () => {
  const samples = sized(200, 300);
  for (const method of ['stratified', 'random'] as const) {
    for (let seed = 0; seed < 40; seed++) {
      const share = [0.1, 0.25, 0.5][seed % 3]!;
      const groups = drawnGroups(500, 30, seed);
      const { train, validation } = splitSamples(samples, options(method, share, seed), groups);
      const side = new Set(validation);
      for (const group of groups) assert.ok(isWhole(group, side), `${method} ${seed}: ${group}`);
      assert.deepEqual(
        [...train, ...validation].sort((a, b) => a - b),
        [...samples.keys()],
      );
      const plain = splitSamples(samples, options(method, share, seed)).validation;
      assert.equal(validation.length, plain.length, `${method} ${seed}`);
      assert.ok(
        groups.some((group) => !isWhole(group, new Set(plain))),
        'the groups would be whole anyway',
      );
    }
  }
});

test('stratified: what lies under two classes is trained on', () => {
  const samples = sized(20, 20);
  const groups = Array.from({ length: 8 }, (_, i) => [i, 20 + i]);
  for (let seed = 0; seed < 20; seed++) {
    const { validation } = splitSamples(samples, options('stratified', 0.5, seed), groups);
    assert.ok(validation.every((sample) => sample % 20 >= 8));
    assert.equal(validation.length, 20);
  }
});

test('groups larger than the validation side: the smallest goes there, if something is left to train on', () => {
  const validationOf = (sizes: number[], groups: number[][], share = 0.1) =>
    splitSamples(sized(...sizes), options('stratified', share), groups).validation;
  assert.deepEqual(
    validationOf([2, 10], [[0, 1]]).filter((sample) => sample < 2),
    [],
  );
  assert.deepEqual(
    validationOf(
      [4, 10],
      [
        [0, 1],
        [2, 3],
      ],
    ).filter((sample) => sample < 4).length,
    2,
  );
  assert.deepEqual(
    validationOf(
      [5, 10],
      [
        [0, 1, 2],
        [3, 4],
      ],
    ).filter((sample) => sample < 5),
    [3, 4],
  );
  const all = [...Array(10).keys()];
  assert.deepEqual(splitSamples(sized(5, 5), options('random'), [all]).train, all);
});

test('torch: random_split knows of no groups', () => {
  const samples = sized(50, 50);
  const groups = drawnGroups(100, 20, 1);
  assert.deepEqual(splitSamples(samples, options('torch'), groups), splitSamples(samples, options('torch')));
});

test('split.json says which were kept together, where some were', () => {
  const folder = { root: 'photos', samples: sized(3, 2), classes: ['cat', 'dog'], warnings: [] };
  const split = { train: [0, 1, 3], validation: [2, 4] };
  const record = splitRecord(folder, split, options('random'), [[0, 1]]);
  assert.deepEqual('together' in record && record.together, [['0/0.jpg', '0/1.jpg']]);
  assert.ok(!('together' in splitRecord(folder, split, options('torch'), [[0, 1]])));
  assert.ok(!('together' in splitRecord(folder, split, options('random'), [])));
});
