// Predictions and scores of a network, without training.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { span } from '../core/spans.js';
import type { Transform } from '../data/augmentation/transform.js';
import { chunksOf, type Sample } from '../data/sampler.js';
import { computedValues } from '../model/computedValues.js';
import type { Network } from '../model/network.js';
import { type BatchSource, isEvent } from './batchSource.js';
import type { SourceEvent } from './events.js';

/** The probabilities of one image. */
export interface Prediction {
  readonly index: number;
  readonly transform: Transform;
  /** One a class; they add up to 1. */
  readonly probabilities: Float32Array;
  /** The logarithm of the same, which does not lose small ones. */
  readonly logProbabilities: Float32Array;
}

/** Predictions for `samples`, in their order; unreadable images give a `skipped` event. */
export async function* predictSamples(
  network: Network,
  source: BatchSource,
  samples: readonly Sample[],
  batchSize: number,
): AsyncGenerator<Prediction | SourceEvent> {
  for await (const item of source.batches(chunksOf(samples, batchSize))) {
    if (isEvent(item)) {
      yield item;
      continue;
    }
    const values = span('forward', 'computing', () =>
      computedValues(() => {
        const own = network.forward(item.inputs, { from: source.layer });
        const logits = item.share ? item.share.whole(own) : own;
        return tf.logSoftmax(logits as tf.Tensor2D);
      }),
    );
    await nextTurn(); // the engine blocks this thread: let signals and the screen run
    const classes = values.length / item.samples.length;
    for (const [row, { index, transform }] of item.samples.entries()) {
      const logProbabilities = values.slice(row * classes, (row + 1) * classes);
      yield { index, transform, probabilities: logProbabilities.map(Math.exp), logProbabilities };
    }
  }
}

export interface Score {
  /** Images that could be read. */
  readonly images: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** The share of images whose most probable class is right. */
  readonly accuracy: number;
}

export interface ScoreOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onPrediction?: ((prediction: Prediction, done: number, total: number) => void) | undefined;
}

/**
 * The loss and accuracy of the network on `samples`, or on those before the signal. `labels` has the class of every
 * image of the dataset.
 */
export async function* scoreNetwork(
  network: Network,
  source: BatchSource,
  samples: readonly Sample[],
  labels: readonly number[],
  { batchSize, signal, onPrediction }: ScoreOptions,
): AsyncGenerator<SourceEvent, Score> {
  let images = 0;
  let loss = 0;
  let correct = 0;
  for await (const item of predictSamples(network, source, samples, batchSize)) {
    if (signal?.aborted) break;
    if ('event' in item) {
      yield item;
      continue;
    }
    const label = labels[item.index]!;
    images += 1;
    loss -= item.logProbabilities[label]!;
    if (mostProbable(item.probabilities) === label) correct += 1;
    onPrediction?.(item, images, samples.length);
  }
  return { images, loss: loss / images, accuracy: correct / images };
}

/** The index of the largest probability; the first of equals, as torch.argmax. */
export function mostProbable(probabilities: Float32Array): number {
  let best = 0;
  for (let i = 1; i < probabilities.length; i++) {
    if (probabilities[i]! > probabilities[best]!) best = i;
  }
  return best;
}
