import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as tf from '@tensorflow/tfjs-core';
import { strongestActivations } from '../../dist/model/activations.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { engines, open } from '../engine/engines.js';
import { goldenBatch } from '../golden/batch.js';

const widths = { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] } as const;
const layers = alexNet({ classes: 2, widths });
const state = initialState(layers, new MersenneTwister(3));

for (const { device, skip } of await engines()) {
  test(`stages are the outputs of the layers for the strongest channels after the ReLU (${device})`, {
    skip,
  }, async () => {
    const engine = await open(device);
    const network = new Network(layers, engine, state);
    const image = goldenBatch([1], 0);
    const handles = engine.handles();
    const stages = strongestActivations(network, image, 3);
    assert.equal(engine.handles(), handles);
    assert.equal(stages.length, 13);
    assert.deepEqual(
      [stages[0]!, stages[5]!, stages[12]!].map(({ name, type, outputShape }) => [name, type, outputShape]),
      [
        ['features.0', 'Conv2d', [4, 55, 55]],
        ['features.5', 'MaxPool2d', [8, 13, 13]],
        ['features.12', 'MaxPool2d', [8, 6, 6]],
      ],
    );
    for (const [index, { outputShape, channels }] of stages.entries()) {
      const output = network.forward(image, { to: index + 1 }) as tf.Tensor4D;
      const values = output.arraySync()[0]!;
      output.dispose();
      const [, height, width] = outputShape;
      assert.equal(channels.length, 3);
      for (const channel of channels) {
        for (let pixel = 0; pixel < height * width; pixel++) {
          const expected = values[Math.floor(pixel / width)]![pixel % width]![channel.index]!;
          assert.ok(Math.abs(channel.values[pixel]! - expected) < 1e-5);
        }
      }
    }
    // Ranked by the sum of squares after the ReLU; no omitted channel has more.
    const relu = network.forward(image, { to: 2 }) as tf.Tensor4D;
    const pixels = relu.arraySync()[0]!.flat();
    const energy = [0, 1, 2, 3].map((channel) =>
      pixels.reduce((sum, pixel) => sum + pixel[channel]! ** 2, 0),
    );
    relu.dispose();
    const ranked = [0, 1, 2, 3].sort((a, b) => energy[b]! - energy[a]!).slice(0, 3);
    for (const stage of stages.slice(0, 3)) {
      assert.deepEqual(
        stage.channels.map(({ index }) => index),
        ranked,
      );
    }
    image.dispose();
    network.dispose();
  });
}
