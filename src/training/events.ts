// The events of a training, for progress bars, plain lines, `--json`, events.jsonl and programs. Their form is a
// contract (docs/json.md).

import type { Gpu } from '../engine/gpu/describe.js';
import type { TrainConfig } from './config.js';

/** An unreadable image was found. It is left out. */
export interface SkippedEvent {
  event: 'skipped';
  file: string;
  reason: string;
}

/** Progress of the frozen layers, on the images of this epoch whose features were not cached yet. */
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
  /** Means over the images of the epoch, each with the parameters of its step. */
  loss: number;
  accuracy: number;
  /** Absent without validation. */
  valLoss?: number;
  valAccuracy?: number;
  /** The number of classes that were predicted for the validation images. */
  predicted?: number;
  seconds: number;
  /** The best model so far: highest validation accuracy, then lower loss, then the earlier. */
  best: boolean;
}

/** Events of the sources of batches. */
export type SourceEvent = SkippedEvent | FeaturesEvent;

/** Events of the loop. */
export type LoopEvent = SourceEvent | StepEvent | EpochEvent;

/** A checkpoint is on the disk: the training can be resumed from here. */
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
  /** Absent without a GPU. */
  gpu?: Gpu;
  /** The weights that were used: `imagenet`, `imagenet-features`, `none`, or a path. */
  weights: string;
  classes: readonly string[];
  /** Images found; the numbers of each side follow. */
  images: number;
  train: number;
  validation: number;
  skipped: number;
  /** The run's folder. */
  model: string;
  /** Of a resumed run, the steps so far. */
  resumed?: { step: number };
}

/** The only event of a dry run. */
export interface PlanEvent
  extends Pick<StartEvent, 'schema' | 'options' | 'classes' | 'images' | 'train' | 'validation' | 'model'> {
  event: 'plan';
}

/** The run failed; the error is thrown after this event. */
export interface ErrorEvent {
  event: 'error';
  message: string;
}

/** The best model on the images of --test. */
export interface TestScore {
  /** The folder. */
  data: string;
  /** Images that could be read. */
  images: number;
  skipped: number;
  accuracy: number;
  loss: number;
}

export interface DoneEvent {
  event: 'done';
  model: string;
  device: string;
  weights: string;
  /** Readable training and validation images. */
  images: number;
  skipped: number;
  epochs: number;
  best: { epoch: number; valAccuracy?: number; valLoss?: number };
  /** With --test. */
  test?: TestScore;
  seconds: number;
}

export type TrainingEvent = PlanEvent | StartEvent | LoopEvent | CheckpointEvent | ErrorEvent | DoneEvent;
