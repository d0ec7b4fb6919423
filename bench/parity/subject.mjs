// What is measured in `npm run parity`: alexft's own code on one engine, with the levers of speed that a training has.

import { totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { openLoader } from '../../dist/data/openLoader.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, firstTrainable, inputPadding } from '../../dist/model/alexnet.js';
import { computedValues } from '../../dist/model/computedValues.js';
import { initialState } from '../../dist/model/initialState.js';
import { toTorch } from '../../dist/model/layout.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { ImageSource } from '../../dist/training/batchSource.js';
import { MemoryRows } from '../../dist/training/features/featureRows.js';
import { FeatureSource, featureLayer } from '../../dist/training/features/featureSource.js';
import { createOptimizer } from '../../dist/training/optimization/optimizer.js';
import { trainStep } from '../../dist/training/optimization/trainStep.js';

/**
 * One engine and what it is asked with.
 *
 * @typedef {object} Subject
 * @property {import('../../dist/engine/engine.js').Engine} engine
 * @property {object} plan plan.json
 * @property {(string | null)[]} hashes of the photos' pixels
 * @property {object} figures reference.json
 * @property {import('../../dist/model/stateDict.js').StateDict} tensors reference.safetensors
 * @property {import('../../dist/model/stateDict.js').StateDict} features the ImageNet convolutions
 * @property {number} steps of each training
 * @property {string} folder for what goes back to PyTorch
 */

/** The values that PyTorch's side begins with. */
export const startingState = ({ plan, features }, weights) =>
  initialState(
    alexNet({ classes: plan.classes.length }),
    new MersenneTwister(plan.seed),
    weights === 'none' ? new Map() : features,
  );

export const openNetwork = (subject, weights) =>
  new Network(
    alexNet({ classes: subject.plan.classes.length }),
    subject.engine,
    startingState(subject, weights),
  );

/** PyTorch's masks of a step, in the order of the Dropout layers. */
function givenMasks({ tensors }, step) {
  let layer = 0;
  return (_index, shape) => tf.tensor(tensors.get(`mask.${step}.${layer++}`).data, shape);
}

/** Calls `use(item, number, layer)` with batch after batch, as layer `layer` takes them. */
async function eachBatch({ engine, plan }, batches, { network, first }, use) {
  const loader = openLoader(engine, { preprocessing: imageNetPreprocessing, border: inputPadding });
  try {
    const images = new ImageSource(loader, plan.files, (index) => plan.files[index]);
    const layer = featureLayer(network.layers, first);
    const source =
      layer === 0 ? images : new FeatureSource(images, network, layer, new MemoryRows(totalmem() / 4));
    let number = 0;
    for await (const item of source.batches(batches)) {
      if (item.event === 'skipped') throw new Error(`${item.file} can't be read: ${item.reason}`);
      if (!item.event) use(item, number++, source.layer);
    }
  } finally {
    await loader[Symbol.asyncDispose]();
  }
}

/** The logits of the plan's images to look at, [n, classes]. */
export async function logitsOf(subject, network) {
  const parts = [];
  await eachBatch(subject, [subject.plan.looked], { network, first: 0 }, ({ inputs }, _, from) => {
    parts.push(...computedValues(() => network.forward(inputs, { from })));
  });
  return Float32Array.from(parts);
}

/** Trains on the plan's first `steps` batches, with PyTorch's masks. Returns the losses. */
async function train(subject, { network, optimizer, learningRate, trainable }, steps) {
  const { plan } = subject;
  const first = firstTrainable(network.layers, trainable);
  const losses = [];
  const batches = plan.batches.slice(0, steps);
  await eachBatch(subject, batches, { network, first }, ({ inputs, samples }, step, layer) => {
    const labels = Int32Array.from(samples, ({ index }) => plan.labels[index]);
    const dropout = givenMasks(subject, step);
    const rates = { network, optimizer, learningRate, first };
    losses.push(trainStep({ ...rates, inputs, labels, layer, dropout }).loss);
  });
  return losses;
}

/**
 * The loss and the gradients of the plan's first batch, in PyTorch's layout: a step whose optimizer only notes them.
 */
export async function gradientsOf(subject, network) {
  const gradients = new Map();
  const optimizer = {
    beginStep: () => (given) => {
      for (const [name, gradient] of given) {
        gradients.set(name, toTorch({ shape: gradient.shape, data: gradient.dataSync().slice() }).data);
      }
    },
  };
  const [loss] = await train(subject, { network, optimizer, learningRate: 0, trainable: 'all' }, 1);
  return { loss, gradients };
}

/** One of the plan's trainings: its losses, and the network as it is then (the caller's). */
export async function training(subject, { weights, trainable, lr, optimizer: kind, momentum, weightDecay }) {
  const network = openNetwork(subject, weights);
  const names = network.parametersFrom(firstTrainable(network.layers, trainable));
  const trained = new Map(names.map((name) => [name, network.parameters.get(name)]));
  const optimizer = createOptimizer(subject.engine, trained, { optimizer: kind, momentum, weightDecay });
  const losses = await train(subject, { network, optimizer, learningRate: lr, trainable }, subject.steps);
  optimizer.dispose();
  return { losses, network };
}

/** The plan's parameters after ten steps on given gradients. */
export function givenGradients({ engine, plan }, { lr, optimizer: kind, momentum, weightDecay }) {
  const generator = new MersenneTwister(plan.seed);
  const drawn = (shape, scale) => {
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
    generator.uniform(values, -scale, scale);
    return values;
  };
  const each = plan.given.map(({ shape }, i) => [String(i), engine.parameter(shape, drawn(shape, 0.1))]);
  const parameters = new Map(each);
  const optimizer = createOptimizer(engine, parameters, { optimizer: kind, momentum, weightDecay });
  for (let step = 0; step < 10; step++) {
    const gradients = new Map(
      plan.given.map(({ shape, scale }, i) => [String(i), tf.tensor(drawn(shape, scale), shape)]),
    );
    optimizer.beginStep(lr)(gradients);
    tf.dispose([...gradients.values()]);
  }
  const values = [...parameters.values()].map((parameter) => parameter.values());
  optimizer.dispose();
  for (const parameter of parameters.values()) parameter.dispose();
  return values;
}
