// The rows of the table: alexft's figures beside PyTorch's, item by item.
//
// A row is { item, equal, of } or { item, found, limit }: a largest difference, with PyTorch's own spread (`own`)
// between its two memory layouts where it was measured. `detail` says more.

import { cpus } from 'node:os';
import { join } from 'node:path';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNetWidths, dropoutShare } from '../../dist/model/alexnet.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { writeSafetensors } from '../../dist/weights/formats/safetensors.js';
import { writeModel } from '../../dist/weights/modelFile.js';
import { furthest, largestDifference, relativeDistance, sha256 } from './compare.mjs';
import { givenGradients, gradientsOf, logitsOf, openNetwork, startingState, training } from './subject.mjs';

/** Pixels, initial parameters and dropout masks: no engine is in them. */
export function* drawnRows(subject) {
  const { figures, tensors, plan, hashes } = subject;
  const equalPixels = hashes.filter((hash, i) => hash === figures.pixels[i]).length;
  yield { item: 'pixels at 224 x 224: photos equal to the byte', equal: equalPixels, of: hashes.length };

  const initial = [...startingState(subject, 'none')];
  const equal = initial.filter(([name, { data }]) => sha256(data) === figures.initial[name]).length;
  yield { item: 'initial parameters: tensors equal to the bit', equal, of: initial.length };

  let same = 0;
  for (const step of plan.batches.keys()) {
    const generator = new MersenneTwister(plan.maskSeed + step);
    for (const layer of [0, 1]) {
      const { data } = tensors.get(`mask.${step}.${layer}`);
      const mask = new Float32Array(data.length);
      generator.dropoutMask(mask, dropoutShare);
      if (sha256(mask) === sha256(data)) same += 1;
    }
  }
  // There, PyTorch's usual builds draw with MKL's generator (docs/parity.md, "Known differences").
  const mayDiffer = cpus()[0]?.model.includes('Intel') ?? false;
  const item = 'dropout masks: equal to the bit';
  yield { item, equal: same, of: 2 * plan.batches.length, mayDiffer };
}

/**
 * Logits, loss and gradients, pretrained and from scratch.
 *
 * A gradient jumps where two values in a window of max pooling, or a ReLU's input and zero, are equal but for rounding:
 * a few of the millions in a batch may be, and PyTorch's own layouts then choose differently. So a gradient is compared
 * with both, and has to be the one or the other, or as near as they are to each other.
 */
export async function* firstLooks(subject) {
  for (const [weights, name] of [
    ['imagenet-features', 'pretrained'],
    ['none', 'from scratch'],
  ]) {
    const network = openNetwork(subject, weights);
    const logits = await logitsOf(subject, network);
    const expectedLogits = subject.tensors.get(`logits.${weights}`).data;
    yield { item: `logits, ${name}`, found: largestDifference(logits, expectedLogits), limit: 1e-4 };

    const { loss, gradients } = await gradientsOf(subject, network);
    network.dispose();
    const [usual, other] = subject.figures.looks[weights];
    const own = Math.abs(usual - other);
    yield { item: `loss, ${name}`, found: Math.abs(loss - usual), limit: 1e-5, own };

    const inLayout = (layout) =>
      new Map(
        [...gradients.keys()].map((key) => [key, dataOf(subject, `gradient.${weights}.${layout}.${key}`)]),
      );
    const layouts = { NCHW: inLayout('NCHW'), channels_last: inLayout('channels_last') };
    const toUsual = furthest(gradients, layouts.NCHW);
    const toOther = furthest(gradients, layouts.channels_last);
    const nearer = toUsual.found <= toOther.found ? toUsual : toOther;
    const gradientsOwn = furthest(layouts.channels_last, layouts.NCHW).found;
    yield {
      item: `gradients, ${name}, relative to their norm`,
      found: nearer.found,
      limit: Math.max(1e-5, 2 * gradientsOwn),
      own: gradientsOwn,
      detail: `from NCHW ${toUsual.found.toExponential(1)}, from channels_last ${toOther.found.toExponential(1)}, largest in ${nearer.name}`,
    };
  }
}

const dataOf = ({ tensors }, name) => tensors.get(name).data;

/** Ten steps of each optimizer on given gradients. */
export function* optimizerRows(subject) {
  for (const form of subject.plan.optimizers) {
    const values = givenGradients(subject, form);
    const found = Math.max(
      ...values.map((value, i) =>
        relativeDistance(value, subject.tensors.get(`optimizer.${form.name}.${i}`).data),
      ),
    );
    yield { item: `ten steps on given gradients, ${form.name}: relative to the norm`, found, limit: 1e-6 };
  }
}

/**
 * Trainings on the same batches. Where rounding does not grow, a loss may be off by 1e-4; elsewhere by twice as much
 * as PyTorch's are from its own in another memory layout, if that is more.
 */
export async function* trainingRows(subject) {
  const { plan, figures, steps } = subject;
  for (const form of plan.trainings) {
    const { losses, network } = await training(subject, form);
    const [usual, other] = figures.trainings[form.name].map((all) => all.slice(0, steps));
    const own = largestDifference(usual, other);
    const found = largestDifference(losses, usual);
    const limit = form.grows ? Math.max(1e-4, 2 * own) : 1e-4;
    yield { item: `loss of ${steps} steps, ${form.name}`, found, limit, own };
    if (form.keep) await keepModel(subject, network);
    network.dispose();
  }
}

/** Writes the model, and its logits for PyTorch to compare with. */
async function keepModel(subject, network) {
  const { plan, folder } = subject;
  const data = await logitsOf(subject, network);
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    new Map([['logits', { shape: [plan.looked.length, plan.classes.length], data }]]),
    {},
  );
  await writeModel(join(folder, 'trained.safetensors'), new Map(network.state()), {
    architecture: { name: 'alexnet', widths: alexNetWidths, dropout: dropoutShare },
    classes: plan.classes,
    preprocessing: imageNetPreprocessing,
    training: {},
  });
}
