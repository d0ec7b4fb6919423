// Probabilities and scores, against sums done here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { inOrder } from '../../dist/data/sampler.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { Network } from '../../dist/model/network.js';
import type { StateDict } from '../../dist/model/stateDict.js';
import type { BatchSource } from '../../dist/training/batchSource.js';
import { mostProbable, predictSamples, scoreNetwork } from '../../dist/training/evaluateNetwork.js';
import { engines, open } from '../engine/engines.js';

test('the most probable is the first of equals', () => {
  assert.equal(mostProbable(Float32Array.of(0.1, 0.45, 0.45)), 1);
  assert.equal(mostProbable(Float32Array.of(1)), 0);
});

/** Logits of each index; index 2 can not be read. */
const logits = [
  [2, 0, -1],
  [0, 0, 0],
  [9, 9, 9],
  [-200, 0, 100],
];

/** Hands out what the last layer takes; that layer is the identity, so these are the logits. */
const source = (layer: number): BatchSource => ({
  layer,
  async *batches(chunks) {
    for (const [index, chunk] of [...chunks].entries()) {
      if (chunk.some(({ index }) => index === 2))
        yield { event: 'skipped', file: 'c.jpg', reason: 'empty file' };
      const readable = chunk.filter(({ index }) => index !== 2);
      const inputs = tf.tensor2d(
        readable.map(({ index }) => logits[index]!),
        [readable.length, 3],
      );
      if (readable.length > 0) yield { index, inputs, samples: readable };
      inputs.dispose();
    }
  },
});

const layers = alexNet({ classes: 3, widths: { convolutions: [1, 1, 1, 1, 1], hidden: [1, 3] } });
const head: StateDict = new Map([
  ['classifier.6.weight', { shape: [3, 3], data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) }],
]);

for (const { device, skip } of await engines()) {
  test(`predictions, one a index, in order, in batches of any size (${device})`, { skip }, async () => {
    const network = new Network(layers, await open(device), head);
    for (const size of [1, 2, 4]) {
      const told: unknown[] = [];
      for await (const item of predictSamples(
        network,
        source(layers.length - 1),
        inOrder([3, 2, 0, 1]),
        size,
      )) {
        if ('event' in item) {
          told.push(item.event);
          continue;
        }
        told.push(item.index);
        const row = logits[item.index]!;
        const logSum =
          Math.max(...row) + Math.log(row.reduce((sum, x) => sum + Math.exp(x - Math.max(...row)), 0));
        row.forEach((logit, i) => {
          assert.ok(Math.abs(item.logProbabilities[i]! - (logit - logSum)) < 1e-4);
          assert.ok(Math.abs(item.probabilities[i]! - Math.exp(logit - logSum)) < 1e-6);
        });
      }
      assert.deepEqual(
        told.filter((x) => x !== 'skipped'),
        [3, 0, 1],
      );
      assert.equal(told.filter((x) => x === 'skipped').length, 1);
    }
    network.dispose();
  });

  test(`a score is of the images that could be read (${device})`, { skip }, async () => {
    const engine = await open(device);
    const network = new Network(layers, engine, head);
    const before = engine.handles();
    const labels = [0, 1, 0, 0];
    const seen: number[][] = [];
    const scoring = scoreNetwork(network, source(layers.length - 1), inOrder([0, 1, 2, 3]), labels, {
      batchSize: 3,
      onPrediction: (_, done, total) => seen.push([done, total]),
    });
    const events: string[] = [];
    let next = await scoring.next();
    for (; !next.done; next = await scoring.next()) events.push(next.value.event);
    const { images, loss, accuracy } = next.value;
    assert.deepEqual(events, ['skipped']);
    assert.equal(images, 3);
    assert.deepEqual(seen.at(-1), [3, 4]);
    assert.equal(accuracy, 1 / 3); // the second: three equals, and the first of them is not its class
    const first = Math.log(1 + Math.exp(-2) + Math.exp(-3));
    assert.ok(
      Math.abs(loss - (first + Math.log(3) + 300) / 3) < 1e-3,
      `${loss}: a tiny probability still counts`,
    );
    assert.equal(engine.handles(), before);
    network.dispose();
  });
}
