// What both sides of `npm run parity` compute: which photos in which order, which optimizers, which trainings.

import { join, resolve } from 'node:path';
import { scanImageFolder } from '../../dist/data/dataset/scan.js';
import { trainingSamples } from '../../dist/data/sampler.js';
import { findFeatures } from '../../dist/weights/lpipsJax.js';
import { pixelHashes } from './compare.mjs';

const sgd = { optimizer: 'sgd', momentum: 0, weightDecay: 0, lr: 1e-2 };
const momentum = { ...sgd, momentum: 0.9, lr: 1e-3 };
const adam = { optimizer: 'adam', momentum: 0, weightDecay: 0, lr: 1e-4 };

/** On given gradients. */
const optimizers = [
  { name: 'SGD', ...sgd },
  { name: 'SGD with momentum', ...momentum },
  { name: 'SGD with momentum and weight decay', ...momentum, weightDecay: 0.01 },
  { name: 'Adam', ...adam },
  { name: 'Adam with weight decay', ...adam, weightDecay: 0.01 },
  { name: 'AdamW', ...adam, optimizer: 'adamw', weightDecay: 0.01 },
];

/** Parameters for them, and how large their gradients are: three of AlexNet's shapes, cut to a manageable size. */
const given = [
  { shape: [384, 192, 3, 3], scale: 1e-3 },
  { shape: [4096, 256], scale: 1e-5 },
  { shape: [4096], scale: 1 },
];

const pretrained = { weights: 'imagenet-features', trainable: 'all' };

/**
 * `grows`: rounding grows tenfold in a step or two, so that PyTorch's own spread is the measure. Adam does that by
 * dividing a gradient by its own size, and any optimizer at rates at which the loss jumps about. `keep`: the model that
 * goes back to PyTorch.
 */
const trainings = [
  { name: 'SGD, rate 3e-4', ...sgd, lr: 3e-4, ...pretrained },
  { name: 'SGD with momentum, rate 1e-4', ...momentum, lr: 1e-4, ...pretrained },
  { name: 'Adam, head only, rate 1e-4', ...adam, ...pretrained, trainable: 'head' },
  { name: 'Adam, classifier only, rate 1e-5', ...adam, lr: 1e-5, ...pretrained, trainable: 'classifier' },
  { name: 'SGD with momentum, rate 1e-3', ...momentum, ...pretrained, grows: true },
  {
    name: 'Adam, classifier only, rate 1e-4',
    ...adam,
    ...pretrained,
    trainable: 'classifier',
    grows: true,
    keep: true,
  },
  { name: 'Adam, all layers, rate 1e-4', ...adam, ...pretrained, grows: true },
  { name: 'Adam, from scratch, rate 1e-4', ...adam, weights: 'none', trainable: 'all', grows: true },
];

/** Photos whose logits are compared, at most. */
const lookedAt = 200;

/**
 * The plan for the photos in `data`, with the hashes of all their pixels. Throws where there are too few for `steps`
 * batches.
 */
export async function makePlan(data, { steps, batchSize }) {
  const features = await findFeatures();
  if (!features)
    throw new Error(
      "ImageNet's convolutions are not cached yet. Run: alexft weights fetch imagenet-features",
    );
  const { samples, classes } = await scanImageFolder(data, { minimumClasses: 2 });
  const files = samples.map(({ path }) => join(resolve(data), path));
  const hashes = await pixelHashes(files);
  const readable = [...files.keys()].filter((sample) => hashes[sample] !== null);
  if (readable.length < steps * batchSize) {
    throw new Error(`${data} has ${readable.length} readable images; ${steps * batchSize} are needed.`);
  }
  const order = trainingSamples(readable, { seed: 0, epoch: 1, augment: 'flip' });
  const plan = {
    seed: 0,
    maskSeed: 1000, // plus the step
    files,
    labels: samples.map(({ label }) => label),
    classes,
    features,
    batchSize,
    batches: Array.from({ length: steps }, (_, i) => order.slice(i * batchSize, (i + 1) * batchSize)),
    looked: order.slice(-lookedAt).map(({ index }) => ({ index, transform: { flip: false } })),
    given,
    optimizers,
    trainings,
  };
  return { plan, hashes };
}
