// The options of `alexft train`.

import { usageError } from '../../core/errors.js';
import { isSize } from '../../core/formatting.js';
import { counted } from '../../core/text.js';
import { isVaried } from '../../data/augmentation/augment.js';
import type { TrainConfig } from '../../training/config.js';
import { engineOptions } from '../engineOptions.js';
import { expected, type Values } from '../option.js';
import { flag, number, text } from '../optionKinds.js';
import { profileOption } from '../outputOptions.js';
import { checkRegularization } from './checkRegularization.js';
import { dataOption, dataOptions, requireData } from './dataOptions.js';
import { distributedOptions } from './distributedOptions.js';
import { trainableOption, weightsOption } from './networkOptions.js';
import { optimizationOptions } from './optimizationOptions.js';
import { runOptions } from './runOptions.js';

export const trainOptions = {
  data: dataOption,
  out: text({
    flag: '--out',
    placeholder: '<dir>',
    group: 'Main options',
    help: 'run folder to create, for the model and its records',
    default: undefined,
    defaultText: 'models/DATE-TIME',
  }),
  epochs: number({
    flag: '--epochs',
    group: 'Main options',
    help: 'passes over the training images',
    integer: true,
    min: 1,
    max: 1e6,
    default: 5,
  }),
  batchSize: number({
    flag: '--batch-size',
    group: 'Main options',
    help: 'images per step',
    integer: true,
    min: 1,
    max: 65536,
    default: 128,
  }),
  lr: number({
    flag: '--lr',
    group: 'Main options',
    help: 'learning rate',
    above: 0,
    max: 1e3,
    default: undefined,
    defaultText: '1e-4; sgd 1e-3',
  }),
  ...dataOptions,
  ...optimizationOptions,
  weights: weightsOption,
  trainable: trainableOption,
  ...runOptions,
  ...engineOptions,
  cacheLimit: text({
    flag: '--cache-limit',
    placeholder: '<size>',
    group: 'Device and speed',
    help: 'maximum disk space for cached features, such as 5GB; 0 caches in memory only',
    default: undefined,
    defaultText: '20 GB, or a fifth of the free disk space',
    check: (value) => {
      if (!isSize(value)) throw expected('--cache-limit', 'a size such as 500MB or 20GB', value);
    },
  }),
  ...distributedOptions,
  noReport: flag({
    flag: '--no-report',
    group: 'Output',
    help: 'do not write report.html',
    default: false,
  }),
  tensorboard: flag({
    flag: '--tensorboard',
    group: 'Output',
    help: 'write event files for TensorBoard into the run folder',
    default: false,
  }),
  profile: profileOption,
};

export type TrainOptions = Values<typeof trainOptions>;

/**
 * Fills in the defaults that depend on other options. Throws a usage error where options are missing or contradict
 * each other.
 */
export function resolveTrainOptions(options: TrainOptions): TrainConfig {
  const { optimizer, epochs, weights } = options;
  const data = requireData(options.data);
  const scheduleEpochs = options.scheduleEpochs ?? epochs;
  if (options.schedule === 'cosine' && options.warmup >= scheduleEpochs) {
    throw usageError(
      `Expected a --warmup shorter than the ${counted(scheduleEpochs, 'epoch')} of the schedule but received ${options.warmup}.`,
      'Reduce --warmup or increase --epochs.',
    );
  }
  if (options.earlyStop > 0 && options.val === undefined && options.valSplit === 0) {
    throw usageError(
      '--early-stop needs validation images but --val-split is 0.',
      'Set --val-split or --val.',
    );
  }
  if (options.groupDuplicates === 'similar') requireGroupingSplit(options);
  const trainable = options.trainable ?? (weights === 'none' ? 'all' : 'classifier');
  if (options.lrFeatures !== undefined && (trainable === 'head' || trainable === 'classifier')) {
    throw usageError(
      `--lr-features needs convolutions that are trained, but --trainable is ${trainable}.`,
      'Add --trainable all, or remove --lr-features.',
    );
  }
  checkRegularization(options, trainable);
  const torch = options.reference === 'torch';
  if (torch) checkReference(options);
  // A place belongs to one process, not to the training.
  const { rendezvous: _rendezvous, rank: _rank, worldSize: _worldSize, ...training } = options;
  return {
    ...training,
    data,
    scheduleEpochs,
    split: options.split ?? (torch ? 'torch' : 'stratified'),
    maxBad: options.maxBad ?? (torch ? 0 : 0.1),
    lr: options.lr ?? (optimizer === 'sgd' ? 1e-3 : 1e-4),
    weightDecay: options.weightDecay ?? (optimizer === 'adamw' ? 0.01 : 0),
    lrStep: options.lrStep ?? Math.ceil(epochs / 3),
    trainable,
  };
}

/** Two folders are not split, and random_split has no groups. */
function requireGroupingSplit({ val, split, reference }: TrainOptions): void {
  const conflict =
    (val !== undefined && '--val') ||
    (split === 'torch' && '--split torch') ||
    (reference === 'torch' && '--reference torch');
  if (!conflict) return;
  throw usageError(
    `--group-duplicates similar cannot be combined with ${conflict}.`,
    'Remove one of the two.',
  );
}

/** A PyTorch script uses every image, splits with random_split and stops at the first unreadable image. */
function checkReference({
  val,
  split = 'torch',
  grey16,
  maxBad = 0,
  ignore,
  augment,
  mixup,
}: TrainOptions): void {
  const conflict =
    (val !== undefined && '--val') ||
    (split !== 'torch' && `--split ${split}`) ||
    (isVaried(augment) && `--augment ${augment}`) ||
    (mixup !== undefined && '--mixup') ||
    (grey16 === 'scale' && '--grey16 scale') ||
    (maxBad > 0 && `--max-bad ${maxBad}`) ||
    (ignore !== undefined && '--ignore');
  if (!conflict) return;
  throw usageError(`--reference torch cannot be combined with ${conflict}.`, 'Remove one of the two.');
}
