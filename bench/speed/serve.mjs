// alexft's side of the bench's rows that need no images: does the work that a line of JSON on stdin asks for, as
// serve.py does in PyTorch. Its own code computes: the network, the step and the engine of `alexft train`.
//
//   node bench/speed/serve.mjs DEVICE PRECISION [THREADS]

import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '../../dist/engine/openEngine.js';
import { alexNet, inputPadding, inputSize } from '../../dist/model/alexnet.js';
import { computedValues } from '../../dist/model/computedValues.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { createOptimizer } from '../../dist/training/optimization/optimizer.js';
import { trainStep } from '../../dist/training/optimization/trainStep.js';
import { seededRandomness } from '../../dist/training/randomness.js';
import { residentMemory } from './processes.mjs';

const [device, precision, threads] = process.argv.slice(2);
const engine = await openEngine({
  device,
  precision,
  threads: threads === undefined ? undefined : Number(threads),
  setup: false,
  onMessage: (text) => process.stderr.write(`${text}\n`),
  onProgress: () => {},
});
const randomness = seededRandomness({ engine, train: [], validation: [], seed: 0, augment: 'none' });
let network;
let optimizer;
let pixels = new Float32Array(0);
let steps = 0;

function use({ classes = 2, batch }) {
  if (network?.layers.at(-1).outFeatures !== classes) {
    optimizer?.dispose();
    network?.dispose();
    const layers = alexNet({ classes });
    network = new Network(layers, engine, initialState(layers, new MersenneTwister(0), new Map()));
    optimizer = createOptimizer(engine, network.parameters, {
      optimizer: 'adam',
      momentum: 0,
      weightDecay: 0,
    });
  }
  const length = batch * (inputSize + 2 * inputPadding) ** 2 * 3;
  // As the threads that decode leave a batch: in shared memory, inside the padding of the first layer.
  if (pixels.length !== length) {
    pixels = new Float32Array(new SharedArrayBuffer(4 * length));
    for (let i = 0; i < length; i++) pixels[i] = Math.random();
  }
}

const works = {
  step: (inputs, { batch, classes = 2 }) =>
    trainStep({
      network,
      optimizer,
      learningRate: 1e-4,
      inputs,
      labels: Int32Array.from({ length: batch }, (_, i) => i % classes),
      layer: 0,
      first: 0,
      dropout: randomness.dropout(steps++),
    }),
  inference: (inputs) => computedValues(() => network.forward(inputs)),
  features: (inputs) =>
    computedValues(() =>
      network.forward(inputs, { to: network.layers.findIndex(({ type }) => type === 'AdaptiveAvgPool2d') }),
    ),
};

function inputsOf({ batch }) {
  const side = inputSize + 2 * inputPadding;
  return tf.tensor(pixels, [batch, side, side, 3]);
}

function timed(ask) {
  // On a GPU both sides have the batch on the device; an operation puts it there.
  const copied = device.startsWith('cuda') ? tf.tidy(() => tf.mul(inputsOf(ask), 1)) : undefined;
  if (copied) tf.tidy(() => copied.slice([0, 0, 0, 0], [1, 1, 1, 1]).dataSync());
  const start = performance.now();
  const inputs = copied ?? inputsOf(ask);
  works[ask.work](inputs, ask);
  inputs.dispose();
  return (performance.now() - start) / 1000;
}

for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line);
  use(ask);
  timed(ask);
  const seconds = Array.from({ length: ask.count }, () => timed(ask));
  console.log(JSON.stringify({ seconds, resident: residentMemory() }));
}
process.exit(0);
