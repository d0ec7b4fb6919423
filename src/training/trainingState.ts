// The state of the training loop beside network, optimizer and options: plain data, stored in checkpoints.

import type { BestEpoch } from './best.js';
import type { Plateau } from './optimization/plateau.js';

export interface TrainingState {
  /** The current epoch, from 1. */
  epoch: number;
  /** Its completed batches. */
  batches: number;
  /** Over those batches: images, the sum of losses, and correct predictions. */
  images: number;
  loss: number;
  correct: number;
  /** Of the completed epochs. */
  best?: BestEpoch;
  /** The lowest validation loss (without validation: training loss), and the epochs since then. */
  lowestLoss?: number;
  epochsSinceLowest: number;
  /** With the schedule `plateau`, once an epoch is complete. */
  plateau?: Plateau;
}

/** The state before the first epoch. */
export const newTraining = (): TrainingState => ({
  epoch: 1,
  batches: 0,
  images: 0,
  loss: 0,
  correct: 0,
  epochsSinceLowest: 0,
});

/** Moves on to the next epoch. */
export function nextEpoch(state: TrainingState): void {
  Object.assign(state, { epoch: state.epoch + 1, batches: 0, images: 0, loss: 0, correct: 0 });
}
