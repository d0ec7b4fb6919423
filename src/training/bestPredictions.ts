// What the best epoch's model said of the validation images: the report at the end need not ask it again.

import { transformKey } from '../data/transforms/transform.js';
import type { Prediction } from './evaluateNetwork.js';

/** Numbers that are kept of an epoch: 80 MB. */
const most = 2e7;

export class BestLook {
  /** Of the present epoch; undefined where they are too many, or not of the images as they are. */
  #now: Prediction[] | undefined = [];
  #best: readonly Prediction[] | undefined;

  /** Takes the next prediction of an epoch's validation. */
  readonly see = (prediction: Prediction): void => {
    const { transform, probabilities } = prediction;
    const numbers = 2 * probabilities.length * ((this.#now?.length ?? 0) + 1);
    if (transformKey(transform) !== '' || numbers > most) this.#now = undefined;
    this.#now?.push(prediction);
  };

  /** Ends an epoch. */
  endEpoch({ best }: { readonly best: boolean }): void {
    if (best) this.#best = this.#now;
    this.#now = [];
  }

  /** Of the best epoch, in the order of its samples; undefined where that was none of this process, or they are not kept. */
  get predictions(): readonly Prediction[] | undefined {
    return this.#best;
  }
}
