// What the training loop works with.

import type { Network } from '../model/network.js';
import type { BatchSource } from './batchSource.js';
import type { BestPredictions } from './bestPredictions.js';
import type { Optimizer } from './optimization/optimizer.js';
import type { PlateauOptions } from './optimization/plateau.js';
import type { Randomness } from './randomness.js';
import type { TrainingState } from './trainingState.js';

export interface LoopOptions {
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a lower validation loss after which to stop; 0: never. */
  readonly earlyStop: number;
  /** The largest total norm of a step's gradients. */
  readonly clipNorm?: number | undefined;
  readonly labelSmoothing?: number | undefined;
  /** Reduces the learning rate where the validation loss does not fall. */
  readonly plateau?: PlateauOptions | undefined;
}

export interface LoopTask {
  readonly network: Network;
  /** The network that is validated instead, with averages of the parameters. */
  readonly averaged?: Network | undefined;
  /** The index of the first trained layer. */
  readonly first: number;
  readonly optimizer: Optimizer;
  readonly source: BatchSource;
  /** Makes the next batch before the loss of a step is read: for an engine that computes it meanwhile. */
  readonly overlaps?: boolean;
  /** Mixes the images of each batch, which come from `images`. */
  readonly mixup?: { readonly images: BatchSource; readonly share: (step: number) => number } | undefined;
  /** The class of every image. */
  readonly labels: readonly number[];
  /** The weight of each class in the training loss. Default: all 1. */
  readonly classWeights?: Float32Array | undefined;
  /** Order, transforms and dropout. */
  readonly randomness: Randomness;
  /** The learning rate of a step, counted from 0 over all epochs. */
  readonly learningRate: (step: number, stepsPerEpoch: number) => number;
  readonly options: LoopOptions;
  /** Where to begin; updated in place. */
  readonly state: TrainingState;
  /** Collects the predictions for the validation images. */
  readonly predictions?: BestPredictions | undefined;
  readonly onProgress?: ((label: string, done: number, total: number, unit: 'images') => void) | undefined;
  /** Ends the training after the current step. */
  readonly signal?: AbortSignal | undefined;
}
