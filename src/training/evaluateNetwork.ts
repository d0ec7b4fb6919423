// A look at every picture of a set, without learning from it.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Draw } from '../data/draws.js';
import type { Network } from '../model/network.js';
import { span } from '../spans.js';
import { type BatchSource, isEvent } from './batchSource.js';
import type { SourceEvent } from './events.js';

/** The probabilities that the network gives one picture. */
export interface Prediction {
  readonly sample: number;
  /** Whether it was mirrored. */
  readonly flip: boolean;
  /** One a class; they add up to 1. */
  readonly probabilities: Float32Array;
  /** The logarithm of the same, which does not lose small ones. */
  readonly logProbabilities: Float32Array;
}

/** Predictions for `draws`, in their order; unreadable pictures are told of and left out. */
export async function* predictSamples(
  network: Network,
  source: BatchSource,
  draws: readonly Draw[],
  batchSize: number,
): AsyncGenerator<Prediction | SourceEvent> {
  for await (const item of source.batches(draws, batchSize)) {
    if (isEvent(item)) {
      yield item;
      continue;
    }
    const values = span('forward', 'computing', () =>
      tf.tidy(() =>
        tf
          .logSoftmax(network.forward(item.inputs, { from: source.layer }) as tf.Tensor2D)
          .dataSync<'float32'>(),
      ),
    );
    await nextTurn(); // the engine blocks this thread: signals and the screen have their turn
    const classes = values.length / item.draws.length;
    for (const [row, { sample, flip }] of item.draws.entries()) {
      const logProbabilities = values.slice(row * classes, (row + 1) * classes);
      yield { sample, flip, probabilities: logProbabilities.map(Math.exp), logProbabilities };
    }
  }
}

export interface Score {
  /** Pictures looked at. */
  readonly images: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** The share whose most probable class is the right one. */
  readonly accuracy: number;
}

export interface ScoreOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many of the pictures were looked at. */
  readonly onLooked?: ((done: number, total: number) => void) | undefined;
  /** Hears what the network says of each. */
  readonly onPrediction?: ((prediction: Prediction) => void) | undefined;
}

/**
 * The loss and accuracy of the network on `draws`, or on those that it saw before the signal. `labels` has the class
 * of every sample.
 */
export async function* scoreNetwork(
  network: Network,
  source: BatchSource,
  draws: readonly Draw[],
  labels: readonly number[],
  { batchSize, signal, onLooked, onPrediction }: ScoreOptions,
): AsyncGenerator<SourceEvent, Score> {
  let images = 0;
  let loss = 0;
  let correct = 0;
  for await (const item of predictSamples(network, source, draws, batchSize)) {
    if (signal?.aborted) break;
    if ('event' in item) {
      yield item;
      continue;
    }
    const label = labels[item.sample]!;
    images += 1;
    loss -= item.logProbabilities[label]!;
    if (mostProbable(item.probabilities) === label) correct += 1;
    onLooked?.(images, draws.length);
    onPrediction?.(item);
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
