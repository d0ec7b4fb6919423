// What a trainer is made from.

import type { TrainingSet } from '../data/dataset/dataset.js';
import type { GroupMember } from '../engine/group/group.js';
import type { Widths } from '../model/alexnet.js';
import type { Saved } from '../run/run.js';
import type { TrainConfig } from '../training/config.js';
import type { Retry } from './trainingFailure.js';

export interface TrainerRequest {
  readonly dataset: TrainingSet;
  readonly config: TrainConfig;
  /** The checkpoint to resume from. Its tensors move into the engine. */
  readonly saved: Saved | undefined;
  /** The weights that a resumed run began with. */
  readonly startWeights: string | undefined;
  readonly widths: Widths;
  /** To train together with other processes. */
  readonly member?: GroupMember | undefined;
  /** The learning rate of each step, counted from 0, instead of the configured one. */
  readonly learningRate?: (step: number) => number;
  /** Gives the command line of a training with smaller batches, for hints. */
  readonly retry: Retry;
}
