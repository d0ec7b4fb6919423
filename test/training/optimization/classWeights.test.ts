// Weights for the classes: the formula of scikit-learn, and PyTorch's weighted loss with its gradient.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { classWeightsOf } from '../../../dist/training/optimization/classWeights.js';
import { crossEntropy } from '../../../dist/training/optimization/crossEntropy.js';
import { engines, open } from '../../engine/engines.js';
import { readGolden } from '../../golden/golden.js';

interface Case {
  counts: number[];
  weights: number[];
  smoothing: number;
  labels: number[];
  logits: number[][];
  loss: number;
  gradient: number[][];
}
const { cases } = readGolden<{ cases: Case[] }>('classWeights');

/** A set with `counts` images a class to train on, and some for validation, which count for nothing. */
function setOf(counts: readonly number[]) {
  const labels = counts.flatMap((count, label) => Array<number>(count).fill(label));
  const train = labels.map((_, sample) => sample);
  return { classes: counts.map(String), labels: [...labels, 0, 0, 0], train };
}

test("balanced: by scikit-learn's formula, of the training side", () => {
  for (const { counts, weights } of cases) {
    assert.deepEqual(classWeightsOf('balanced', setOf(counts)), Float32Array.from(weights));
  }
  assert.equal(classWeightsOf('none', setOf([1, 2])), undefined);
});

test('a class without an image to train on has no weight, and makes none infinite', () => {
  assert.deepEqual(classWeightsOf('balanced', setOf([4, 0])), Float32Array.of(0.5, 0));
});

for (const { device, skip } of await engines()) {
  test(`PyTorch's weighted loss and gradient (${device})`, { skip }, async () => {
    const engine = await open(device);
    for (const { weights, smoothing, labels, logits, loss, gradient } of cases) {
      const classWeights = Float32Array.from(weights);
      const found = crossEntropy(tf.tensor2d(logits), Int32Array.from(labels), {
        classWeights,
        labelSmoothing: smoothing,
      });
      near([found.loss.dataSync()[0]!], [loss]);
      near([...found.gradient.dataSync()], gradient.flat());
      // It would not be the same without weights and smoothing.
      const plain = crossEntropy(tf.tensor2d(logits), Int32Array.from(labels)).loss.dataSync()[0]!;
      assert.ok(labels.length === 1 || Math.abs(plain - loss) > 1e-4 * loss);
    }
    assert.equal(engine.device, device);
  });

  test(`equal weights are no weights, and no tensor is left behind (${device})`, { skip }, async () => {
    await open(device);
    const logits = tf.tensor2d(cases[0]!.logits);
    const labels = Int32Array.from(cases[0]!.labels);
    const before = tf.memory().numTensors;
    const losses = [undefined, Float32Array.of(1, 1), Float32Array.of(3, 3)].map((weights) =>
      tf.tidy(() => {
        const { loss, gradient } = crossEntropy(logits, labels, { classWeights: weights });
        return [loss.dataSync()[0]!, ...gradient.dataSync()];
      }),
    );
    near(losses[1]!, losses[0]!);
    near(losses[2]!, losses[0]!);
    assert.equal(tf.memory().numTensors, before);
  });
}

/** Within two millionths, of float32's 24 bits. */
function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(
      Math.abs(actual[i]! - value) <= 2e-6 * Math.max(Math.abs(value), 0.1),
      `${actual[i]} for ${value}`,
    );
  }
}
