// A narrow AlexNet against PyTorch: logits, loss, every gradient, and ten steps of every optimizer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../dist/engine/engine.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { toTorch } from '../../dist/model/layout.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random.js';
import { crossEntropy } from '../../dist/training/crossEntropy.js';
import { createOptimizer } from '../../dist/training/optimizer.js';
import { trainStep } from '../../dist/training/trainStep.js';
import { engines, open } from '../engine/engines.js';
import { readGolden } from '../golden/golden.js';

interface Summary {
  name: string;
  norm: number;
  sum: number;
  first: number[];
}
interface Golden {
  seed: number;
  classes: number;
  labels: number[];
  logits: number[][];
  loss: number;
  gradients: Summary[];
  runs: {
    optimizer: 'sgd' | 'adam' | 'adamw';
    lr: number;
    momentum?: number;
    weight_decay: number;
    losses: number[];
    parameters: Summary[];
  }[];
}
const golden = readGolden<Golden>('training');
const labels = Int32Array.from(golden.labels);

function narrowNetwork(engine: Engine): Network {
  const widths = { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] } as const;
  const layers = alexNet({ classes: golden.classes, widths, dropout: 0 });
  return new Network(layers, engine, initialState(layers, new MersenneTwister(golden.seed)));
}

/** The golden batch, drawn in PyTorch's order of axes. */
function images(): tf.Tensor {
  const values = new Float32Array(labels.length * 3 * 224 * 224);
  new MersenneTwister(5).uniform(values, -2, 2);
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [labels.length, 3, 224, 224]), [0, 2, 3, 1]));
}

function assertClose(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, but PyTorch has ${expected}`);
}

/** Compares the norm and the first values. */
function assertSummary(data: Float32Array, { name, norm, first }: Summary, tolerance: number): void {
  assertClose(Math.hypot(...data), norm, tolerance, `norm of ${name}`);
  first.forEach((value, i) => {
    assertClose(data[i]!, value, tolerance, `${name}[${i}]`);
  });
}

for (const { device, skip } of await engines()) {
  test(`logits, loss and gradients are PyTorch's (${device})`, { skip }, async () => {
    const engine = await open(device);
    const network = narrowNetwork(engine);
    const batch = images();
    const names = [...network.parameters.keys()];
    const values = names.map((name) => network.parameters.get(name)!.read());
    let logits: number[][] = [];
    const { value, grads } = tf.valueAndGrads((...tensors) => {
      const parameters = new Map(names.map((name, i) => [name, tensors[i]!]));
      const output = network.forward(batch, { parameters }) as tf.Tensor2D;
      logits = output.arraySync();
      return crossEntropy(output, labels);
    })(values);
    golden.logits.flat().forEach((expected, i) => {
      assertClose(logits.flat()[i]!, expected, 2e-6, `logit ${i}`);
    });
    assertClose(value.dataSync()[0]!, golden.loss, 1e-6, 'loss');
    names.forEach((name, i) => {
      const gradient = toTorch({ shape: grads[i]!.shape, data: grads[i]!.dataSync<'float32'>() });
      assert.equal(golden.gradients[i]!.name, name);
      assertSummary(gradient.data, golden.gradients[i]!, 1e-5 * golden.gradients[i]!.norm);
    });
    tf.dispose([batch, value, ...values, ...grads]);
    network.dispose();
  });

  for (const run of golden.runs) {
    const { optimizer: kind, lr, momentum = 0, weight_decay: weightDecay } = run;
    const name = `${kind}, momentum ${momentum}, weight decay ${weightDecay}`;
    test(`ten steps are PyTorch's: ${name} (${device})`, { skip }, async () => {
      const engine = await open(device);
      const network = narrowNetwork(engine);
      const options = { optimizer: kind, momentum, weightDecay };
      const optimizer = createOptimizer(engine, network.parameters, options);
      const inputs = images();
      const dropout = (_layer: number, shape: number[]) => tf.ones(shape);
      for (const expected of run.losses) {
        const { loss } = trainStep({
          network,
          optimizer,
          learningRate: lr,
          inputs,
          labels,
          layer: 0,
          first: 0,
          dropout,
        });
        assertClose(loss, expected, 1e-4, 'loss');
      }
      for (const [i, [parameter, { shape, data }]] of [...network.state()].entries()) {
        assert.equal(run.parameters[i]!.name, parameter);
        assert.ok(shape.length > 0);
        // Adam divides tiny gradients by their own size, so that rounding may show as a good part of a step.
        assertSummary(data, run.parameters[i]!, kind === 'sgd' ? 1e-5 * run.parameters[i]!.norm : 0.1 * lr);
      }
      inputs.dispose();
      optimizer.dispose();
      network.dispose();
    });
  }
}
