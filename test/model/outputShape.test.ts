import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { alexNet } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { outputShape } from '../../dist/model/outputShape.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { open } from '../engine/engines.js';

test('inferred shapes equal those of a forward pass', async () => {
  const engine = await open('wasm');
  const layers = alexNet({ classes: 3, widths: { convolutions: [4, 5, 6, 7, 8], hidden: [32, 16] } });
  const network = new Network(layers, engine, initialState(layers, new MersenneTwister(0)));
  const image = tf.zeros([1, 224, 224, 3]);
  for (let to = 0; to <= layers.length; to++) {
    const output = network.forward(image, { to });
    assert.deepEqual(outputShape(layers, to), output.shape.slice(1), layers[to]?.name);
    output.dispose();
  }
  image.dispose();
  network.dispose();
});

test('the shapes of AlexNet equal those of the notebook', () => {
  const layers = alexNet({ classes: 2 });
  const sides = ['features.1', 'features.3', 'features.6', 'features.8', 'features.10', 'avgpool'].map(
    (name) =>
      outputShape(
        layers,
        layers.findIndex((layer) => layer.name === name),
      )[0],
  );
  assert.deepEqual(sides, [55, 27, 13, 13, 13, 6]);
  assert.deepEqual(
    outputShape(
      layers,
      layers.findIndex(({ name }) => name === 'classifier.0'),
    ),
    [9216],
  );
});
