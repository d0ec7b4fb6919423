// The predictions of the best epoch for the validation images: the report needs no second pass over them.

import { transformKey } from '../data/augmentation/transform.js';
import type { Prediction } from './evaluateNetwork.js';

/** Numbers stored of an epoch: 80 MB. */
const most = 2e7;

export class BestPredictions {
  /** Of the current epoch; undefined where they are too many, or of transformed images. */
  #current: Prediction[] | undefined = [];
  #best: readonly Prediction[] | undefined;

  add(prediction: Prediction): void {
    const { transform, probabilities } = prediction;
    const numbers = 2 * probabilities.length * ((this.#current?.length ?? 0) + 1);
    if (transformKey(transform) !== '' || numbers > most) this.#current = undefined;
    this.#current?.push(prediction);
  }

  endEpoch({ best }: { readonly best: boolean }): void {
    if (best) this.#best = this.#current;
    this.#current = [];
  }

  /** In the order of the samples; undefined where the best epoch ran in another process, or they were too many. */
  get predictions(): readonly Prediction[] | undefined {
    return this.#best;
  }
}
