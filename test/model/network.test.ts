import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { alexNet } from '../../dist/model/alexnet.js';
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
    const network = new Network(layers, await open(device), state);
    const image = goldenBatch([1], 0);
    // Run layer by layer, the ReLU runs before the pooling, in the order of the list.
    const layerByLayer = (input: tf.Tensor, parameters: ReadonlyMap<string, tf.Tensor>) =>
      layers
        .map((_, index) => index)
        .filter((index) => !['AdaptiveAvgPool2d', 'Dropout'].includes(layers[index]!.type)) // identities here
        .reduce((x, index) => network.forward(x, { from: index, to: index + 1, parameters }), input);
    const atOnce = (input: tf.Tensor, parameters: ReadonlyMap<string, tf.Tensor>) =>
      network.forward(input, { parameters });

    const labels = Int32Array.of(1);
    const names = network.parametersFrom(0);
    const resultsOf = (run: typeof atOnce) => {
      const values = names.map((name) => network.parameters.get(name)!.read());
      const { value, grads } = tf.valueAndGrads((...tensors) =>
        crossEntropy(run(image, new Map(names.map((name, i) => [name, tensors[i]!]))) as tf.Tensor2D, labels),
      )(values);
      const read = [value, ...grads].map((tensor) =>
        Buffer.from(tensor.dataSync<'float32'>().slice().buffer),
      );
      tf.dispose([value, ...grads, ...values]);
      return read;
    };
    const [found, expected] = [tf.tidy(() => resultsOf(atOnce)), tf.tidy(() => resultsOf(layerByLayer))];
    assert.equal(found.length, 1 + names.length);
    for (const [index, bytes] of expected.entries()) {
      assert.ok(bytes.equals(found[index]!), index === 0 ? 'the loss' : `gradient of ${names[index - 1]}`);
    }
    assert.ok(expected[1]!.some((byte) => byte !== 0));
    tf.dispose(image);
    network.dispose();
  });
}
