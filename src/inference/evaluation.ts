// The metrics of predictions for a dataset.

import type { Context } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import { labelsByName } from '../data/dataset/dataset.js';
import type { ImageFolder } from '../data/dataset/scan.js';
import { mostProbable } from '../training/evaluateNetwork.js';
import { type ClassMetrics, type Confusion, classMetrics, emptyConfusion } from '../training/metrics.js';
import { type Guess, type Threshold, thresholdFor } from './threshold.js';

export interface Evaluation {
  readonly images: number;
  /** Images that could not be read. */
  readonly skipped: number;
  readonly accuracy: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** Of the model, in its order. */
  readonly classes: readonly string[];
  readonly perClass: Readonly<Record<string, ClassMetrics>>;
  readonly confusion: Confusion;
  /** With a limit of the error. */
  readonly threshold?: Threshold;
}

/** Collects the results of all images of a folder. */
export class Score {
  /** The class of each image of the folder, among the model's. */
  readonly labels: readonly number[];
  readonly #confusion: number[][];
  readonly #guesses: Guess[] = [];
  #loss = 0;
  #skipped = 0;
  #images = 0;

  constructor(
    private readonly folder: ImageFolder,
    private readonly classes: readonly string[],
    private readonly context: Context,
    private readonly maxError: number | undefined,
  ) {
    this.labels = labelsByName(folder, { classes });
    this.#confusion = emptyConfusion(classes.length);
  }

  add(index: number, probabilities: Float32Array, logProbability: (label: number) => number): void {
    const label = this.labels[index]!;
    const best = mostProbable(probabilities);
    this.#confusion[label]![best]! += 1;
    this.#guesses.push({ confidence: probabilities[best]!, correct: best === label });
    this.#loss -= logProbability(label);
    this.#images += 1;
    const { length } = this.folder.samples;
    this.context.onProgress('Evaluating', this.#images + this.#skipped, length, 'images');
  }

  skip(index: number, reason: string): void {
    this.#skipped += 1;
    this.context.onMessage(`Skipped ${printable(this.folder.samples[index]!.path)}: ${reason}`);
  }

  /** Throws a data error if no image could be read. */
  get evaluation(): Evaluation {
    const [confusion, images, skipped, classes] = [
      this.#confusion,
      this.#images,
      this.#skipped,
      this.classes,
    ];
    if (images === 0) throw dataError(`None of the ${skipped} images can be read.`);
    const correct = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
    return {
      images,
      skipped,
      accuracy: correct / images,
      loss: this.#loss / images,
      classes,
      perClass: Object.fromEntries(classes.map((name, index) => [name, classMetrics(confusion, index)])),
      confusion,
      ...(this.maxError !== undefined && { threshold: thresholdFor(this.#guesses, this.maxError) }),
    };
  }
}
