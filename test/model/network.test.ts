import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { alexNet } from '../../dist/model/alexnet.js';
import { backpropagate } from '../../dist/model/backpropagate.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { crossEntropy } from '../../dist/training/optimization/crossEntropy.js';
import { engines, open } from '../engine/engines.js';
import { goldenBatch } from '../golden/batch.js';

const widths = { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] } as const;
const layers = alexNet({ classes: 2, widths });
const state = initialState(layers, new MersenneTwister(3));

for (const { device, skip } of await engines()) {
  test(`pooling before the ReLU gives bit-identical outputs and gradients (${device})`, {
    skip,
  }, async () => {
    const engine = await open(device);
    const network = new Network(layers, engine, state);
    const image = goldenBatch([1], 0);
    const labels = Int32Array.of(1);
    // In the order of the list, the ReLU runs before the pooling.
    class InListOrder extends Network {
      override order(from: number, to = layers.length): number[] {
        return layers.map((_, index) => index).slice(from, to);
      }
    }
    const inListOrder = new InListOrder(layers, engine, state);
    const resultsOf = (subject: Network) => {
      const results = new Map<string, Buffer>();
      const read = (name: string, tensor: tf.Tensor) =>
        results.set(name, Buffer.from(tensor.dataSync<'float32'>().slice().buffer));
      tf.tidy(() =>
        backpropagate(subject, image, {
          from: 0,
          outputGradient: (logits) => {
            const { loss, gradient } = crossEntropy(logits as tf.Tensor2D, labels);
            read('loss', loss);
            return gradient;
          },
          onGradients: (gradients) => {
            for (const [name, gradient] of gradients) read(name, gradient);
          },
        }),
      );
      return results;
    };
    assert.notDeepEqual(network.order(0), inListOrder.order(0));
    const [found, expected] = [resultsOf(network), resultsOf(inListOrder)];
    assert.deepEqual(new Set(expected.keys()), new Set(['loss', ...network.parametersFrom(0)]));
    for (const [name, bytes] of expected) {
      assert.ok(bytes.equals(found.get(name)!), name);
      assert.ok(
        bytes.some((byte) => byte !== 0),
        name,
      );
    }
    tf.dispose(image);
    network.dispose();
    inListOrder.dispose();
  });
}
