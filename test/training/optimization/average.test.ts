// The averages of --ema, against PyTorch's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { createOptimizer } from '../../../dist/training/optimization/optimizer.js';
import { engines, open } from '../../engine/engines.js';
import { distance, norm, readGolden } from '../../golden/golden.js';

const golden = readGolden<{
  averages: {
    decay: number;
    initial: number[];
    gradients: number[][];
    averages: number[][];
    parameter: number[];
  }[];
}>('regularization');

for (const { device, skip } of await engines()) {
  for (const { decay, initial, gradients, averages, parameter: last } of golden.averages) {
    test(`averages of parameters, decay ${decay}, whole and resumed (${device})`, { skip }, async () => {
      const engine = await open(device);
      const options = { optimizer: 'sgd', momentum: 0.9, weightDecay: 0, ema: decay } as const;
      const name = 'classifier.1.weight';
      let parameters = new Map([[name, engine.parameter([5], Float32Array.from(initial))]]);
      const before = engine.handles() - 1;
      let optimizer = createOptimizer(engine, parameters, options);
      for (const [step, gradient] of gradients.entries()) {
        const tensor = tf.tensor(gradient);
        optimizer.beginStep(0.1)(new Map([[name, tensor]]));
        tensor.dispose();
        const average = optimizer.averages!.get(name)!.values();
        const expected = Float32Array.from(averages[step]!);
        assert.ok(distance(average, expected) <= 1e-6 * norm(expected), `step ${step}: ${average}`);
        if (step !== 2) continue;
        const state = optimizer.state();
        assert.deepEqual([...state.tensors.keys()], [`momentum_buffer.${name}`, `average.${name}`]);
        const tensors = new Map(
          Array.from(state.tensors, ([key, { shape, data }]) => [key, { shape, data }]),
        );
        const values = parameters.get(name)!.values();
        optimizer.dispose();
        parameters.get(name)!.dispose();
        parameters = new Map([[name, engine.parameter([5], values)]]);
        optimizer = createOptimizer(engine, parameters, options, { steps: state.steps, tensors });
      }
      const expected = Float32Array.from(last);
      assert.ok(distance(parameters.get(name)!.values(), expected) <= 1e-6 * norm(expected));
      optimizer.dispose();
      parameters.get(name)!.dispose();
      assert.equal(engine.handles(), before);
    });
  }
}
