// Where a training stands: all that its loop knows beside the network, the optimizer and the options. Plain data, so
// that a checkpoint can keep it.

import type { BestEpoch } from './best.js';

export interface TrainingState {
  /** The epoch that is going on, from 1. */
  epoch: number;
  /** Batches of it that are done. */
  batches: number;
  /** The images of those batches, the sum of their losses, and how many the network had right. */
  images: number;
  loss: number;
  correct: number;
  /** Of the epochs that are over. */
  best?: BestEpoch;
  /** The lowest validation loss (without validation: training loss), and how many epochs ago it was. */
  lowestLoss?: number;
  epochsSinceLowest: number;
}

/** Where every training begins. */
export const newTraining = (): TrainingState => ({
  epoch: 1,
  batches: 0,
  images: 0,
  loss: 0,
  correct: 0,
  epochsSinceLowest: 0,
});

/** Goes on to the next epoch, of which nothing is done yet. */
export function nextEpoch(state: TrainingState): void {
  Object.assign(state, { epoch: state.epoch + 1, batches: 0, images: 0, loss: 0, correct: 0 });
}
