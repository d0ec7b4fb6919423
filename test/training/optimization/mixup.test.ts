// Mixed batches and their loss, against torchvision's MixUp and PyTorch's cross_entropy of probabilities.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../../dist/training/optimization/crossEntropy.js';
import { mainLabels, mixed, mixShare } from '../../../dist/training/optimization/mixup.js';
import { engines, open } from '../../engine/engines.js';
import { distance, norm, readGolden } from '../../golden/golden.js';

const golden = readGolden<{
  mixed: {
    share: number;
    labelSmoothing: number;
    weight: number[] | null;
    labels: number[];
    images: number[];
    mixed: number[];
    logits: number[][];
    loss: number;
    gradient: number[][];
    clean: number[];
  }[];
}>('regularization');

for (const { device, skip } of await engines()) {
  test(`mixed images, their loss and its gradient (${device})`, { skip }, async () => {
    const engine = await open(device);
    const before = engine.handles();
    for (const { share, labelSmoothing, weight, images, logits, ...expected } of golden.mixed) {
      const labels = Int32Array.from(expected.labels);
      const close = (found: tf.Tensor, wanted: readonly number[]) => {
        const values = Float32Array.from(wanted);
        assert.ok(distance(found.dataSync<'float32'>(), values) <= 1e-6 * norm(values));
      };
      tf.tidy(() => {
        close(mixed(tf.tensor(images, [5, 2, 2, 3]), share), expected.mixed);
        const classWeights = weight ? Float32Array.from(weight) : undefined;
        const options = { labelSmoothing, classWeights, mix: share };
        const { loss, gradient } = crossEntropy(tf.tensor2d(logits), labels, options);
        close(loss, [expected.loss]);
        close(gradient, expected.gradient.flat());
      });
      assert.deepEqual([...mainLabels(labels, share)], expected.clean);
    }
    assert.equal(engine.handles(), before);
  });

  test(`a share of 1 is the batch itself (${device})`, { skip }, async () => {
    await open(device);
    const { images, logits, labels } = golden.mixed[0]!;
    tf.tidy(() => {
      const batch = tf.tensor(images, [5, 2, 2, 3]);
      assert.deepEqual(mixed(batch, 1).dataSync(), batch.dataSync());
      const [whole, plain] = [{ mix: 1 }, {}].map((options) =>
        crossEntropy(tf.tensor2d(logits), Int32Array.from(labels), options).gradient.dataSync(),
      );
      assert.deepEqual(whole, plain);
    });
  });
}

test('each step has a share of its own, the same in each process', () => {
  const shares = Array.from({ length: 200 }, (_, step) => mixShare(1, step, 0.4));
  assert.equal(new Set(shares).size, 200);
  assert.equal(mixShare(1, 7, 0.4), shares[7]);
  assert.notEqual(mixShare(2, 7, 0.4), shares[7]);
  const mean = shares.reduce((sum, share) => sum + share, 0) / 200;
  assert.ok(Math.abs(mean - 0.5) < 0.1, `${mean}`);
});
