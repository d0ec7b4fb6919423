// What a training tells while it runs. Whoever wants to know reads these: progress bars, plain lines, `--json`,
// events.jsonl, tests. Their form is a contract (docs/json.md).

import type { Gpu } from '../engine/gpu/describe.js';
import type { TrainConfig } from './config.js';

/** An image that can't be read was found and is left out. */
export interface SkippedEvent {
  event: 'skipped';
  file: string;
  reason: string;
}

/** Features that the frozen layers made, of those that this epoch needs and that were not kept yet. */
export interface FeaturesEvent {
  event: 'features';
  done: number;
  total: number;
}

export interface StepEvent {
  event: 'step';
  /** From 1. */
  epoch: number;
  /** From 1, over all epochs. */
  step: number;
  /** The mean cross-entropy of the batch, before the step. */
  loss: number;
}

export interface EpochEvent {
  event: 'epoch';
  epoch: number;
  /** Means over the images of the epoch, as the network was when it saw them. */
  loss: number;
  accuracy: number;
  /** Absent where there is no validation. */
  valLoss?: number;
  valAccuracy?: number;
  seconds: number;
  /** The best model so far: highest validation accuracy, then lower loss, then the earlier. */
  best: boolean;
}

/** What sources of batches tell between batches. */
export type SourceEvent = SkippedEvent | FeaturesEvent;

/** What the loop itself tells. */
export type LoopEvent = SourceEvent | StepEvent | EpochEvent;

/** What a later process needs to go on from here is on the disk. */
export interface CheckpointEvent {
  event: 'checkpoint';
  /** Steps done, over all epochs. */
  step: number;
}

export interface StartEvent {
  event: 'start';
  schema: 1;
  options: TrainConfig;
  device: string;
  engine: string;
  /** What the GPU is, where one computes. */
  gpu?: Gpu;
  /** What was taken: `imagenet`, `imagenet-features`, `none`, or a path. */
  weights: string;
  classes: readonly string[];
  /** Images found; those on each side follow. */
  images: number;
  train: number;
  validation: number;
  skipped: number;
  /** The run's folder. */
  model: string;
  /** Absent where the run begins: the steps that were done before. */
  resumed?: { step: number };
}

/** All that a dry run tells: what would be done, with nothing written. */
export interface PlanEvent
  extends Pick<StartEvent, 'schema' | 'options' | 'classes' | 'images' | 'train' | 'validation' | 'model'> {
  event: 'plan';
}

/** The run failed; the error itself is thrown after this. */
export interface ErrorEvent {
  event: 'error';
  message: string;
}

export interface DoneEvent {
  event: 'done';
  model: string;
  device: string;
  weights: string;
  /** Training and validation images that were kept. */
  images: number;
  skipped: number;
  epochs: number;
  best: { epoch: number; valAccuracy?: number; valLoss?: number };
  seconds: number;
}

export type TrainingEvent = PlanEvent | StartEvent | LoopEvent | CheckpointEvent | ErrorEvent | DoneEvent;
