// The optimizers alone, on given gradients, against torch.optim: SGD, momentum, Adam, AdamW, with and without decay.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../dist/model/stateDict.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { createOptimizer } from '../../../dist/training/optimization/optimizer.js';
import { engines, open } from '../../engine/engines.js';
import { distance, floats, norm, readGolden } from '../../golden/golden.js';

const golden = readGolden<{
  seed: number;
  shapes: number[][];
  scales: number[];
  runs: {
    optimizer: 'sgd' | 'adam' | 'adamw';
    lr: number;
    momentum: number;
    weight_decay: number;
    parameters: string[];
  }[];
}>('optimizers');

for (const { device, skip } of await engines()) {
  for (const {
    optimizer: kind,
    lr,
    momentum,
    weight_decay: weightDecay,
    parameters: expected,
  } of golden.runs) {
    const name = `${kind}, momentum ${momentum}, weight decay ${weightDecay}`;
    test(`ten steps on given gradients are PyTorch's: ${name} (${device})`, { skip }, async (t) => {
      const engine = await open(device);
      const generator = new MersenneTwister(golden.seed);
      const drawn = (shape: number[], scale: number) => {
        const values = new Float32Array(sizeOf(shape));
        generator.uniform(values, -scale, scale);
        return values;
      };
      const parameters = new Map(
        golden.shapes.map((shape, i) => [String(i), engine.parameter(shape, drawn(shape, 0.1))]),
      );
      const optimizer = createOptimizer(engine, parameters, { optimizer: kind, momentum, weightDecay });
      for (let step = 0; step < 10; step++) {
        const gradients = new Map(
          golden.shapes.map((shape, i) => [String(i), tf.tensor(drawn(shape, golden.scales[i]!), shape)]),
        );
        optimizer.beginStep(lr * 0.9 ** step)(gradients);
        tf.dispose([...gradients.values()]);
      }
      let worst = 0;
      expected.forEach((base64, i) => {
        const values = floats(base64);
        const relative = distance(parameters.get(String(i))!.values(), values) / norm(values);
        assert.ok(relative <= 1e-6, `tensor ${i} is off by ${relative} of its norm`);
        worst = Math.max(worst, relative);
      });
      t.diagnostic(`largest difference: ${worst.toExponential(1)} of a norm`);
      optimizer.dispose();
      for (const parameter of parameters.values()) parameter.dispose();
    });
  }

  test(`the convolutions' own learning rate follows the schedule (${device})`, { skip }, async () => {
    const engine = await open(device);
    const names = ['features.0.weight', 'classifier.1.weight'];
    const parameters = new Map(names.map((name) => [name, engine.parameter([2])]));
    const options = { optimizer: 'sgd', momentum: 0, weightDecay: 0, lr: 0.5, lrFeatures: 0.125 } as const;
    const optimizer = createOptimizer(engine, parameters, options);
    const gradients = new Map(names.map((name) => [name, tf.ones([2])]));
    optimizer.beginStep(0.25)(gradients);
    const values = names.map((name) => [...parameters.get(name)!.values()]);
    assert.deepEqual(values, [
      [-0.0625, -0.0625],
      [-0.25, -0.25],
    ]);
    tf.dispose([...gradients.values()]);
    optimizer.dispose();
    for (const parameter of parameters.values()) parameter.dispose();
  });
}
