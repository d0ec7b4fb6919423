// What the best epoch's model said of the validation pictures: the report at the end need not ask it again.

import type { Prediction } from './evaluateNetwork.js';

/** Numbers that are kept of an epoch: 80 MB. */
const most = 2e7;

export class BestLook {
  /** Of the present epoch; undefined where they are too many, or not of the pictures as they are. */
  #now: Prediction[] | undefined = [];
  #best: readonly Prediction[] | undefined;

  /** Takes the next prediction of an epoch's validation. */
  readonly see = (prediction: Prediction): void => {
    const { flip, probabilities } = prediction;
    const numbers = 2 * probabilities.length * ((this.#now?.length ?? 0) + 1);
    if (flip || numbers > most) this.#now = undefined;
    this.#now?.push(prediction);
  };

  /** Ends an epoch. */
  endEpoch({ best }: { readonly best: boolean }): void {
    if (best) this.#best = this.#now;
    this.#now = [];
  }

  /** Of the best epoch, in the order of its draws; undefined where that was none of this process, or they are not kept. */
  get predictions(): readonly Prediction[] | undefined {
    return this.#best;
  }
}
