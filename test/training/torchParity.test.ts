// A narrow AlexNet against PyTorch, with PyTorch's dropout masks: logits, loss, every gradient, and twenty steps of
// every optimizer. The full AlexNet: bench/parity.mjs.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../dist/engine/engine.js';
import { alexNet, firstTrainable } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { toTorch } from '../../dist/model/layout.js';
import { type DropoutMask, Network } from '../../dist/model/network.js';
import { sizeOf } from '../../dist/model/stateDict.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { createOptimizer, type Optimizer } from '../../dist/training/optimization/optimizer.js';
import { trainStep } from '../../dist/training/optimization/trainStep.js';
import { engines, open } from '../engine/engines.js';
import { goldenBatch } from '../golden/batch.js';
import { distance, floats, norm, readGolden } from '../golden/golden.js';

interface Run {
  optimizer: 'sgd' | 'adam' | 'adamw';
  trainable: string;
  lr: number;
  momentum?: number;
  weight_decay: number;
  losses: number[];
  /** The largest difference of a loss between PyTorch's two memory layouts. */
  spread: number;
  /** Where rounding does not grow: not for Adam, which divides tiny gradients by their own size. */
  parameters?: { name: string; norm: number; first: number[] }[];
}
const golden = readGolden<{
  seed: number;
  classes: number;
  labels: number[];
  logits: number[][];
  loss: number;
  gradients: { name: string; values: string }[];
  runs: Run[];
}>('training');
const labels = Int32Array.from(golden.labels);
const widths = { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] } as const;
const layers = alexNet({ classes: golden.classes, widths });

const narrowNetwork = (engine: Engine): Network =>
  new Network(layers, engine, initialState(layers, new MersenneTwister(golden.seed)));

const images = (step: number): tf.Tensor => goldenBatch(labels, step);

/** The masks that nn.Dropout draws in a step, one layer after the other. */
function masks(step: number): DropoutMask {
  const generator = new MersenneTwister(700 + step);
  return (_layer, shape, p) => {
    const mask = new Float32Array(sizeOf(shape));
    generator.dropoutMask(mask, p);
    return tf.tensor(mask, shape);
  };
}

/** What all steps have in common. */
const aStep = (step: number) => ({ labels, layer: 0, dropout: masks(step) });

function assertClose(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, but PyTorch has ${expected}`);
}

for (const { device, skip } of await engines()) {
  test(`logits, loss and whole gradients are PyTorch's (${device})`, { skip }, async (t) => {
    const engine = await open(device);
    const network = narrowNetwork(engine);
    const batch = images(0);
    const logits = network.forward(batch).dataSync<'float32'>();
    const expected = golden.logits.flat();
    const logitsApart = Math.max(...expected.map((value, i) => Math.abs(value - logits[i]!)));
    assert.ok(logitsApart <= 2e-6, `a logit is off by ${logitsApart}`);

    const gradients = new Map<string, Float32Array>();
    const noting: Optimizer = {
      beginStep: () => (given) => {
        for (const [name, gradient] of given) {
          const data = gradient.dataSync<'float32'>().slice();
          gradients.set(name, toTorch({ shape: gradient.shape, data }).data);
        }
      },
      state: () => ({ steps: 0, tensors: new Map() }),
      dispose: () => {},
    };
    const { loss } = trainStep({
      ...aStep(0),
      network,
      optimizer: noting,
      inputs: batch,
      learningRate: 0,
      first: 0,
    });
    assertClose(loss, golden.loss, 1e-6, 'loss');
    assert.deepEqual([...gradients.keys()].sort(), golden.gradients.map(({ name }) => name).sort());
    const apart = golden.gradients.map(({ name, values }) => {
      const expected = floats(values);
      const relative = distance(gradients.get(name)!, expected) / norm(expected);
      assert.ok(relative <= 1e-5, `the gradient of ${name} is off by ${relative} of its norm`);
      return relative;
    });
    t.diagnostic(
      `largest differences: logits ${logitsApart.toExponential(1)}, loss ${Math.abs(loss - golden.loss).toExponential(1)}, ` +
        `a gradient ${Math.max(...apart).toExponential(1)} of its norm`,
    );
    batch.dispose();
    network.dispose();
  });

  for (const run of golden.runs) {
    const { optimizer, trainable, momentum = 0, weight_decay: decay } = run;
    const name = `${optimizer}, momentum ${momentum}, weight decay ${decay}, trained: ${trainable}`;
    test(`twenty steps are PyTorch's: ${name} (${device})`, { skip }, async (t) => {
      await twentySteps(t, await open(device), run);
    });
  }
}

async function twentySteps(t: TestContext, engine: Engine, run: Run): Promise<void> {
  const { optimizer: kind, trainable, lr, momentum = 0, weight_decay: weightDecay } = run;
  const network = narrowNetwork(engine);
  const first = firstTrainable(layers, trainable as 'all')!;
  const trained = new Map(network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]));
  const optimizer = createOptimizer(engine, trained, { optimizer: kind, momentum, weightDecay });
  const differences = run.losses.map((expected, step) => {
    const inputs = images(step);
    const { loss } = trainStep({ ...aStep(step), network, optimizer, inputs, learningRate: lr, first });
    inputs.dispose();
    return Math.abs(loss - expected);
  });
  const largest = Math.max(...differences);
  t.diagnostic(
    `largest difference of a loss ${largest.toExponential(1)}; of PyTorch's two layouts ${run.spread.toExponential(1)}`,
  );
  // On a network this narrow rounding does not grow, with Adam neither.
  assert.ok(largest <= 1e-5, `a loss is off by ${largest}: ${differences}`);

  const state = new Map(network.state());
  for (const { name, norm: expected, first } of run.parameters ?? []) {
    const { data } = state.get(name)!;
    const tolerance = 1e-5 * expected;
    assertClose(norm(data), expected, tolerance, `norm of ${name}`);
    first.forEach((value, i) => {
      assertClose(data[i]!, value, tolerance, `${name}[${i}]`);
    });
  }
  optimizer.dispose();
  network.dispose();
}
