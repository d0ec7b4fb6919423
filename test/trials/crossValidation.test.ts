// Cross-validation: folds, predictions by heads that never saw the image, and no tensor that stays.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { MersenneTwister } from '../../dist/random/generator.js';
import type { BatchSource } from '../../dist/training/batchSource.js';
import { type CrossValidation, crossValidate } from '../../dist/trials/crossValidation.js';
import { foldsOf } from '../../dist/trials/folds.js';
import { engines, open } from '../engine/engines.js';

test('folds divide each class evenly, hold look-alikes together, and follow from the seed', () => {
  const labels = Array.from({ length: 200 }, (_, index) => (index < 150 ? 0 : 1));
  const together = [
    [3, 77],
    [10, 160],
  ];
  const foldOf = foldsOf(labels, { folds: 10, seed: 1, together });
  for (const group of together) assert.equal(foldOf[group[0]!], foldOf[group[1]!]);
  for (let fold = 0; fold < 10; fold++) {
    const members = labels.filter((_, index) => foldOf[index] === fold);
    const ones = members.filter((label) => label === 1).length;
    assert.ok(Math.abs(members.length - 20) <= 3 && Math.abs(ones - 5) <= 2, `${members.length}, ${ones}`);
  }
  assert.deepEqual(foldsOf(labels, { folds: 10, seed: 1, together }), foldOf);
  assert.notDeepEqual(foldsOf(labels, { folds: 10, seed: 2, together }), foldOf);
});

const count = 60;
const length = 8;

/** Features of two classes that lie apart; image 0 is unlike all others. */
function sourceOf(): BatchSource {
  const generator = new MersenneTwister(5);
  const rows = Array.from({ length: count }, (_, index) =>
    Array.from({ length }, (_, column) => generator.rand() + (column % 2 === index % 2 ? 2 : 0)),
  );
  rows[0] = Array.from({ length }, (_, column) => (column === 0 ? 9 : 0));
  return {
    layer: 0,
    async *batches(chunks) {
      for (const [index, chunk] of [...chunks].entries()) {
        const inputs = tf.tensor2d(chunk.map((sample) => rows[sample.index]!));
        try {
          yield { index, inputs, samples: chunk };
        } finally {
          inputs.dispose();
        }
      }
    },
  };
}

async function predictionsOf(task: CrossValidation) {
  const work = crossValidate(task);
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
  }
}

for (const { device, skip } of await engines()) {
  test(`an image's label has no influence on its own prediction (${device})`, { skip }, async () => {
    const engine = await open(device);
    const labels = Array.from({ length: count }, (_, index) => index % 2);
    const folds = 5;
    const foldOf = foldsOf(labels, { folds, seed: 0, together: [] });
    const task = { engine, source: sourceOf(), labels, classes: 2, foldOf, folds, seed: 0 };
    const before = engine.handles();
    const first = await predictionsOf({ ...task, excluded: new Set() });
    assert.equal(first.size, count);
    const right = [...first].filter(([index, each]) => index > 0 && each[labels[index]!]! > 0.5);
    assert.equal(right.length, count - 1);

    const swapped = labels.map((label, index) => (index === 7 ? 1 - label : label));
    const second = await predictionsOf({ ...task, labels: swapped, excluded: new Set() });
    assert.deepEqual(second.get(7), first.get(7));
    const other = labels.findIndex((_, index) => foldOf[index] !== foldOf[7]);
    assert.notDeepEqual(second.get(other), first.get(other));

    const third = await predictionsOf({ ...task, labels: swapped, excluded: new Set([7]) });
    const fourth = await predictionsOf({ ...task, excluded: new Set([7]) });
    assert.deepEqual(third, fourth);
    assert.equal(engine.handles(), before);
  });
}
