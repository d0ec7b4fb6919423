// What a run writes about itself: its first event, run.json, and the metadata of its models.

import { resolve } from 'node:path';
import { version } from '../../core/version.js';
import type { TrainingSet } from '../../data/dataset/dataset.js';
import { preprocessingOf } from '../../data/transforms/preprocessing.js';
import type { Engine } from '../../engine/engine.js';
import { dropoutShare, type Widths } from '../../model/alexnet.js';
import type { Network } from '../../model/network.js';
import type { TrainConfig } from '../../training/config.js';
import type { EpochEvent, SkippedEvent, StartEvent, TestScore } from '../../training/events.js';
import type { Optimizer } from '../../training/optimization/optimizer.js';
import type { TrainingState } from '../../training/trainingState.js';
import type { ModelDescription } from '../../weights/modelFile.js';
import { findNamed } from '../../weights/namedWeights.js';
import type { RecordState } from '../checkpoint/recordState.js';
import type { RunState } from '../runFiles.js';

/** A training that is recorded. A Trainer is one. */
export interface RecordedTraining {
  readonly config: TrainConfig;
  readonly dataset: TrainingSet;
  readonly engine: Engine;
  readonly widths: Widths;
  /** The weights that it began with: `imagenet`, `imagenet-features`, `none`, or a path. */
  readonly weights: string;
  readonly network: Network;
  /** The network whose model is saved instead, with averages of the parameters. */
  readonly averaged?: Network | undefined;
  /** The index of the first trained layer. */
  readonly first: number;
  readonly optimizer: Optimizer;
  readonly state: TrainingState;
  /** Of a resumed run, its checkpoint's step and record. */
  readonly past: { readonly step: number; readonly record: RecordState } | undefined;
  /** `error`, or a UserError instead where the user can act on it. `folder`: of the run. */
  explain(error: unknown, folder: string): Promise<unknown>;
}

type Facts = Pick<RecordedTraining, 'config' | 'dataset' | 'engine' | 'weights'>;

/** How far a run is. */
export interface RunProgress {
  readonly step: number;
  readonly skipped: readonly SkippedEvent[];
  readonly epochs: readonly EpochEvent[];
  /** In all its processes. */
  readonly seconds: number;
}

export const startEventOf = (
  { config, dataset, engine, weights }: Facts,
  folder: string,
  { step, skipped }: RunProgress,
): StartEvent => ({
  event: 'start',
  schema: 1,
  options: config,
  device: engine.device,
  engine: engine.description,
  ...(engine.gpu && { gpu: engine.gpu }),
  weights,
  classes: dataset.classes,
  images: dataset.paths.length,
  train: dataset.train.length,
  validation: dataset.validation.length,
  skipped: skipped.length,
  model: folder,
  ...(step > 0 && { resumed: { step } }),
});

type Paths = { readonly [Name in 'data' | 'val' | 'test' | 'out' | 'weights']?: string | undefined };

/** A run can be resumed from another working directory. */
export const withAbsolutePaths = <T extends Paths>(options: T): T => {
  const { data, val, test, out, weights } = options;
  const isFile = weights !== undefined && weights !== 'none' && !findNamed(weights);
  return {
    ...options,
    ...(data !== undefined && { data: resolve(data) }),
    ...(val !== undefined && { val: resolve(val) }),
    ...(test !== undefined && { test: resolve(test) }),
    ...(out !== undefined && { out: resolve(out) }),
    ...(isFile && { weights: resolve(weights) }),
  };
};

/** How a run has ended, or that it is running. */
export interface RunEnd {
  readonly state: RunState;
  readonly error?: string | undefined;
  readonly test?: TestScore | undefined;
}

/** The content of run.json, without the hashes of the models. */
export const runFileOf = (
  { config, dataset, engine, weights }: Facts,
  { skipped, epochs, seconds }: RunProgress,
  started: Date,
  { state, error, test }: RunEnd,
) => ({
  schema: 1,
  state,
  ...(error !== undefined && { error }),
  started: started.toISOString(),
  seconds,
  options: withAbsolutePaths(config),
  seed: config.seed,
  device: engine.device,
  engine: engine.description,
  ...(engine.gpu && { gpu: engine.gpu }),
  weights,
  versions: { alexft: version, node: process.version },
  classes: dataset.classes,
  images: dataset.paths.length,
  skipped: skipped.length,
  epochs,
  ...(test && { test }),
});

/** The metadata of a model as it is after the last epoch. */
export function modelDescriptionOf(
  { widths, dataset, weights, config }: Pick<RecordedTraining, 'widths' | 'dataset' | 'weights' | 'config'>,
  { step, epochs }: RunProgress,
): ModelDescription {
  const last = epochs.at(-1);
  return {
    architecture: { name: 'alexnet', widths, dropout: dropoutShare },
    classes: dataset.classes,
    preprocessing: preprocessingOf(config),
    training: {
      alexft: version,
      weights,
      trainable: config.trainable,
      seed: config.seed,
      steps: step,
      ...(last && { epoch: last.epoch, loss: last.loss, accuracy: last.accuracy }),
      ...(last?.valAccuracy !== undefined && { valLoss: last.valLoss, valAccuracy: last.valAccuracy }),
    },
  };
}
