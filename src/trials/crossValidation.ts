// Cross-validated predictions: each image is classified by a head that was trained without the images of its fold. The
// heads of all folds are columns of one matrix, so that an epoch reads the features once.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { chunksOf, inOrder, type Sample, trainingSamples } from '../data/sampler.js';
import type { Engine, Parameter } from '../engine/engine.js';
import { computedValues } from '../model/computedValues.js';
import { type BatchSource, isEvent } from '../training/batchSource.js';
import type { SourceEvent } from '../training/events.js';
import { createOptimizer, type Optimizer } from '../training/optimization/optimizer.js';

export interface CrossValidation {
  readonly engine: Engine;
  /** Gives features, [n, length]. */
  readonly source: BatchSource;
  /** The class of every image. */
  readonly labels: readonly number[];
  readonly classes: number;
  /** The fold of every image, from 0. */
  readonly foldOf: ArrayLike<number>;
  readonly folds: number;
  readonly seed: number;
  /** Images that no head is trained with. */
  readonly excluded: ReadonlySet<number>;
  readonly signal?: AbortSignal | undefined;
}

/** Chosen on PetImages (docs/experiments/images.md). */
const epochs = 6;
const learningRate = 1e-3;
const batchSize = 128;

/** Rows of features are scaled to this length, so that the learning rate fits any image. */
const featureNorm = 40;

/** The probability of each class, by image. Unreadable images give events and are left out. */
export async function* crossValidate(
  task: CrossValidation,
): AsyncGenerator<SourceEvent, Map<number, Float32Array>> {
  const { source, labels, foldOf, folds, classes, seed, signal } = task;
  const images = [...labels.keys()];
  let heads: Heads | undefined;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const samples = trainingSamples(images, { seed, epoch, augment: 'none' });
      for await (const item of source.batches(chunksOf(samples, batchSize))) {
        signal?.throwIfAborted();
        if (isEvent(item)) yield item;
        else {
          heads ??= openHeads(task.engine, item.inputs.shape[1]!, folds * classes);
          trainHeads(heads, item.inputs, item.samples, task);
        }
        await nextTurn(); // the engine blocks this thread: let signals and the screen run
      }
    }
    const predictions = new Map<number, Float32Array>();
    for await (const item of source.batches(chunksOf(inOrder(images), batchSize))) {
      signal?.throwIfAborted();
      if (isEvent(item)) continue;
      const all = computedValues(() => tf.softmax(logitsOf(heads!, scaled(item.inputs), task)));
      for (const [row, { index }] of item.samples.entries()) {
        const start = (row * folds + foldOf[index]!) * classes;
        predictions.set(index, all.slice(start, start + classes));
      }
      await nextTurn();
    }
    return predictions;
  } finally {
    heads?.dispose();
  }
}

interface Heads {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly optimizer: Optimizer;
  dispose(): void;
}

/** They begin with zeros: the loss is convex. */
function openHeads(engine: Engine, length: number, outputs: number): Heads {
  const [weight, bias] = [engine.parameter([length, outputs]), engine.parameter([outputs])];
  const parameters = new Map([
    ['weight', weight],
    ['bias', bias],
  ]);
  const optimizer = createOptimizer(engine, parameters, { optimizer: 'adam', momentum: 0, weightDecay: 0 });
  return {
    ...{ weight, bias, optimizer },
    dispose: () => {
      for (const each of [optimizer, weight, bias]) each.dispose();
    },
  };
}

const scaled = (inputs: tf.Tensor): tf.Tensor2D =>
  tf.tidy(() => {
    const norms = tf.maximum(tf.norm(inputs, 2, 1, true), 1e-6);
    return tf.mul(tf.div(inputs as tf.Tensor2D, norms), featureNorm);
  });

/** [n, folds, classes]. */
const logitsOf = (
  { weight, bias }: Heads,
  inputs: tf.Tensor2D,
  { folds, classes }: CrossValidation,
): tf.Tensor3D =>
  tf.tidy(() =>
    tf.reshape(tf.add(tf.matMul(inputs, weight.read() as tf.Tensor2D), bias.read()), [
      inputs.shape[0],
      folds,
      classes,
    ]),
  );

/** A step on the mean cross-entropy, in which each image counts for the heads of the other folds. */
function trainHeads(
  heads: Heads,
  inputs: tf.Tensor,
  samples: readonly Sample[],
  task: CrossValidation,
): void {
  const { labels, foldOf, folds, classes, excluded } = task;
  const targets = new Float32Array(samples.length * folds * classes);
  const shares = new Float32Array(samples.length * folds);
  for (const [row, { index }] of samples.entries()) {
    for (let fold = 0; fold < folds; fold++) {
      const place = row * folds + fold;
      targets[place * classes + labels[index]!] = 1;
      if (foldOf[index] !== fold && !excluded.has(index)) shares[place] = 1 / samples.length;
    }
  }
  tf.tidy(() => {
    const rows = scaled(inputs);
    const target = tf.tensor3d(targets, [samples.length, folds, classes]);
    const share = tf.tensor3d(shares, [samples.length, folds, 1]);
    const differences = tf.sub(tf.softmax(logitsOf(heads, rows, task)), target);
    const gradient = tf.reshape(tf.mul(differences, share), [samples.length, folds * classes]);
    const update = heads.optimizer.beginStep(learningRate);
    update(
      new Map([
        ['weight', tf.matMul(rows, gradient as tf.Tensor2D, true)],
        ['bias', tf.sum(gradient, 0)],
      ]),
    );
  });
}
