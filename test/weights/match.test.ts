// Matching of weights: another head or a missing classifier is allowed; other mismatches are listed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet } from '../../dist/model/alexnet.js';
import { parameterShapes } from '../../dist/model/layers.js';
import { sizeOf } from '../../dist/model/stateDict.js';
import { matchStateDict } from '../../dist/weights/match.js';

const widths = { convolutions: [2, 3, 4, 5, 6], hidden: [8, 7] } as const;
const shapesFor = (classes: number) => new Map(alexNet({ classes, widths }).flatMap(parameterShapes));
const stateDict = (shapes: Iterable<[string, readonly number[]]>) =>
  new Map([...shapes].map(([name, shape]) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]));

const wanted = shapesFor(2);
const head = ['classifier.6.weight', 'classifier.6.bias'];
const names = [...wanted.keys()];

test('matching weights are all loaded', () => {
  const match = matchStateDict(wanted, stateDict(wanted), 'weights');
  assert.deepEqual(match, { loaded: names, fresh: [], notes: [] });
});

test('a head for another number of classes is initialized randomly, with a note', () => {
  const match = matchStateDict(wanted, stateDict(shapesFor(1000)), 'imagenet');
  assert.deepEqual(match.fresh, head);
  assert.deepEqual(
    match.loaded,
    names.filter((name) => !head.includes(name)),
  );
  assert.deepEqual(match.notes, [
    "'imagenet' has classifier.6 for 1000 classes, expected 2: the layer is initialized randomly.",
  ]);
});

test('a missing classifier is initialized randomly, with a note', () => {
  const features = [...wanted].filter(([name]) => name.startsWith('features.'));
  const match = matchStateDict(wanted, stateDict(features), 'imagenet-features');
  assert.deepEqual(
    match.loaded,
    features.map(([name]) => name),
  );
  assert.deepEqual(
    match.fresh,
    names.filter((name) => name.startsWith('classifier.')),
  );
  assert.deepEqual(match.notes, ["'imagenet-features' has no classifier: it is initialized randomly."]);
});

function rejected(change: (shapes: Map<string, number[]>) => void, ...lines: string[]): void {
  const shapes = shapesFor(2);
  change(shapes);
  assert.throws(() => matchStateDict(wanted, stateDict(shapes), 'my\u001bweights'), {
    name: 'UserError',
    exitCode: 3,
    message: ["The weights 'my\\u{1b}weights' don't fit this AlexNet:", ...lines].join('\n  '),
  });
}

test('missing parameters are listed', () => {
  rejected((shapes) => shapes.delete('features.3.bias'), 'missing: features.3.bias [3]');
  rejected(
    (shapes) => head.map((name) => shapes.delete(name)),
    'missing: classifier.6.weight [2,7]',
    'missing: classifier.6.bias [2]',
  );
});

test('unexpected parameters are listed', () => {
  rejected((shapes) => shapes.set('fc\u001b.weight', [2, 3]), 'unexpected: fc\\u{1b}.weight [2,3]');
});

test('different shapes are listed', () => {
  rejected(
    (shapes) => shapes.set('features.0.weight', [2, 3, 7, 7]),
    'features.0.weight: expected [2,3,11,11], found [2,3,7,7]',
  );
});

test('a head that differs in more than the number of classes is rejected', () => {
  rejected(
    (shapes) => shapes.set('classifier.6.weight', [5, 9]).set('classifier.6.bias', [5]),
    'classifier.6.weight: expected [2,7], found [5,9]',
    'classifier.6.bias: expected [2], found [5]',
  );
  rejected(
    (shapes) => shapes.set('classifier.6.weight', [5, 7]),
    'classifier.6.weight: expected [2,7], found [5,7]',
  );
});

test('at most ten mismatches of each kind are listed: of the network and of the file', () => {
  const other = stateDict(Array.from({ length: 20 }, (_, i) => [`layer${i}.weight`, [1]]));
  assert.throws(
    () => matchStateDict(wanted, other, 'resnet'),
    (error: Error) => {
      const lines = error.message.split('\n  ');
      // Ten parameters of the features are missing (the missing classifier is allowed), and 20 are unexpected.
      assert.equal(lines.length, 22);
      assert.equal(lines[1], 'missing: features.0.weight [2,3,11,11]');
      assert.equal(lines[11], 'unexpected: layer0.weight [1]');
      assert.equal(lines.at(-1), 'and 10 more');
      return true;
    },
  );
});
