// A look at every image of a set, without learning from it.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { span } from '../core/spans.js';
import type { Sample } from '../data/sampler.js';
import type { Transform } from '../data/transforms/transform.js';
import type { Network } from '../model/network.js';
import { type BatchSource, isEvent } from './batchSource.js';
import type { SourceEvent } from './events.js';

/** The probabilities that the network gives one image. */
export interface Prediction {
  readonly index: number;
  /** Whether it was mirrored. */
  readonly transform: Transform;
  /** One a class; they add up to 1. */
  readonly probabilities: Float32Array;
  /** The logarithm of the same, which does not lose small ones. */
  readonly logProbabilities: Float32Array;
}

/** Predictions for `samples`, in their order; unreadable images are told of and left out. */
export async function* predictSamples(
  network: Network,
  source: BatchSource,
  samples: readonly Sample[],
  batchSize: number,
): AsyncGenerator<Prediction | SourceEvent> {
  for await (const item of source.batches(samples, batchSize)) {
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
    const classes = values.length / item.samples.length;
    for (const [row, { index, transform }] of item.samples.entries()) {
      const logProbabilities = values.slice(row * classes, (row + 1) * classes);
      yield { index, transform, probabilities: logProbabilities.map(Math.exp), logProbabilities };
    }
  }
}

export interface Score {
  /** Images looked at. */
  readonly images: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** The share whose most probable class is the right one. */
  readonly accuracy: number;
}

export interface ScoreOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many of the images were looked at. */
  readonly onLooked?: ((done: number, total: number) => void) | undefined;
  /** Hears what the network says of each. */
  readonly onPrediction?: ((prediction: Prediction) => void) | undefined;
}

/**
 * The loss and accuracy of the network on `samples`, or on those that it saw before the signal. `labels` has the class
 * of every index.
 */
export async function* scoreNetwork(
  network: Network,
  source: BatchSource,
  samples: readonly Sample[],
  labels: readonly number[],
  { batchSize, signal, onLooked, onPrediction }: ScoreOptions,
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
    onLooked?.(images, samples.length);
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
