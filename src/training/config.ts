// What a training is made from: all its options, resolved. The flags are declared in options/trainOptions.ts.

import type { DatasetConfig } from '../data/dataset/dataset.js';
import type { Device } from '../engine/device.js';
import type { Precision } from '../engine/precision.js';
import type { Trainable } from '../model/alexnet.js';
import type { OptimizerOptions } from './optimization/optimizerOptions.js';
import type { ScheduleOptions } from './optimization/schedule.js';

export interface TrainConfig extends DatasetConfig, OptimizerOptions, ScheduleOptions {
  /** A list such as `flip,crop:0.35`, or `none`. */
  readonly augment: string;
  /** The number of random views of each image. */
  readonly views: number | undefined;
  readonly resize: 'squash' | 'crop';
  readonly exif: boolean;
  readonly epochs: number;
  /** Images a step. */
  readonly batchSize: number;
  /** Epochs without a lower validation loss after which to stop; 0: never. */
  readonly earlyStop: number;
  /** The largest total norm of a step's gradients. */
  readonly clipNorm: number | undefined;
  readonly labelSmoothing: number;
  /** The parameter of the beta distribution of the shares of mixed images. */
  readonly mixup: number | undefined;
  /** The learning rate of the convolutions. Default: `lr`. */
  readonly lrFeatures: number | undefined;
  readonly lrStep: number;
  readonly lrGamma: number;
  /** Epochs without a lower loss before the schedule `plateau` reduces the learning rate. */
  readonly lrPatience: number;
  /** `torch`: the random numbers of a PyTorch script, from one generator. */
  readonly reference: 'none' | 'torch';
  /** The share of unreadable files that ends the training. */
  readonly maxBad: number;

  /** A folder of images to evaluate the best model on, after the training. */
  readonly test: string | undefined;
  readonly weights: string;
  readonly trainable: Trainable;

  /** The run's folder; undefined: a new one under models/. */
  readonly out: string | undefined;
  readonly force: boolean;
  readonly resume: string | undefined;
  /** `auto`, `epoch`, a number of steps, or a time such as `5m`. */
  readonly checkpointEvery: string;
  readonly keepCheckpoint: boolean;
  readonly noReport: boolean;
  readonly tensorboard: boolean;
  readonly profile: string | undefined;
  readonly dryRun: boolean;

  /** The place of a process among others belongs to it, not to the training. */
  readonly rendezvous?: undefined;
  readonly rank?: undefined;
  readonly worldSize?: undefined;

  readonly device: Device;
  readonly threads: number | undefined;
  readonly workers: number | undefined;
  readonly precision: Precision;
  readonly noSetup: boolean;
  /** A size such as `20GB`: disk space for cached features. */
  readonly cacheLimit: string | undefined;
}
