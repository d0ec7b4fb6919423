// Each layer's backward pass against finite differences of its forward pass. torchParity.test.ts compares the gradients
// of the whole network with PyTorch's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { initialState } from '../../dist/model/initialState.js';
import { type Layer, parameterShapes } from '../../dist/model/layers.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { engines, open } from '../engine/engines.js';

const layers: [Layer, input: number[]][] = [
  [conv('features.0', 11, 4, 2), [2, 224, 224, 3]],
  [conv('features.0', 11, 4, 2), [2, 228, 228, 3]],
  [conv('features.3', 5, 1, 2), [2, 9, 9, 3]],
  [conv('features.6', 3, 1, 1), [2, 6, 5, 3]],
  [{ name: 'features.1', type: 'ReLU' }, [2, 4, 4, 3]],
  [{ name: 'features.2', type: 'MaxPool2d', kernelSize: 3, stride: 2 }, [2, 7, 7, 3]],
  [{ name: 'avgpool', type: 'AdaptiveAvgPool2d', outputSize: 6 }, [2, 6, 6, 3]],
  [{ name: 'flatten', type: 'Flatten' }, [2, 2, 3, 4]],
  [{ name: 'classifier.0', type: 'Dropout', p: 0.5 }, [2, 12]],
  [{ name: 'classifier.1', type: 'Linear', inFeatures: 7, outFeatures: 5 }, [3, 7]],
];

function conv(name: string, kernelSize: number, stride: number, padding: number): Layer {
  return { name, type: 'Conv2d', inChannels: 3, outChannels: 4, kernelSize, stride, padding };
}

for (const { device, skip } of await engines()) {
  for (const [layer, shape] of layers) {
    test(`${layer.type} of [${shape}]: gradients are finite differences (${device})`, { skip }, async () => {
      const engine = await open(device);
      const network = new Network([layer], engine, initialState([layer], new MersenneTwister(1)));
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const x = noise(shape, 2);
        const mask = layer.type === 'Dropout' ? tf.mul(tf.greater(noise(shape, 3), 0), 2) : undefined;
        const y = network.run(0, x, mask);
        const dy = noise(y.shape, 4);
        /** The loss: the sum of the outputs, weighted by dy, in float64. */
        const loss = (input: tf.Tensor) => {
          const output = network.run(0, input, mask).dataSync<'float32'>();
          const weights = dy.dataSync<'float32'>();
          return output.reduce((sum, value, i) => sum + value * weights[i]!, 0);
        };
        const gradients = network.gradients(0, dy, { input: x, output: y }, mask);

        const dx = gradients.input();
        assert.deepEqual(dx.shape, shape);
        compare(dx, (position, step) => loss(moved(x, position, step)));

        for (const [name, torchShape] of parameterShapes(layer)) {
          const kind = name.endsWith('.weight') ? 'weight' : 'bias';
          const gradient = gradients[kind]!();
          const parameter = network.parameters.get(name)!;
          assert.deepEqual(gradient.shape, parameter.shape, `${name} ${torchShape}`);
          const values = parameter.values().slice();
          compare(gradient, (position, step) => {
            parameter.assign(values.map((value, i) => (i === position ? value + step : value)));
            const result = loss(x);
            parameter.assign(values);
            return result;
          });
        }
      });
      assert.equal(tf.memory().numTensors, before);
      network.dispose();
    });
  }
}

/** Compares some components of a gradient with central differences of `loss` around a step. */
function compare(gradient: tf.Tensor, loss: (position: number, step: number) => number): void {
  const values = gradient.dataSync<'float32'>();
  const step = 2 ** -10;
  for (const share of [0, 0.13, 0.31, 0.5, 0.77, 1]) {
    const position = Math.floor(share * (values.length - 1));
    const expected = (loss(position, step) - loss(position, -step)) / (2 * step);
    const apart = Math.abs(values[position]! - expected);
    assert.ok(
      apart <= 2e-3 * Math.max(1, Math.abs(expected)),
      `${position}: ${values[position]}, not ${expected}`,
    );
  }
}

/** Values from -1 to 1; of fewer than 1,000, none so near another or zero that a step changes a maximum or a sign. */
function noise(shape: number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const order = new MersenneTwister(seed).randperm(size);
  return tf.tensor(
    Float32Array.from(order, (rank) => (2 * rank + 1) / size - 1),
    shape,
  );
}

function moved(x: tf.Tensor, position: number, step: number): tf.Tensor {
  const values = x.dataSync<'float32'>().slice();
  values[position]! += step;
  return tf.tensor(values, x.shape);
}
