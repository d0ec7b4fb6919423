// The options of `alexft train`.

import { usageError } from '../core/errors.js';
import { isSize } from '../core/formatting.js';
import { counted } from '../core/text.js';
import { type Trainable, trainableLayers } from '../model/alexnet.js';
import type { TrainConfig } from '../training/config.js';
import { distributedOptions } from './distributedOptions.js';
import { engineOptions } from './engineOptions.js';
import { choice, expected, flag, number, text, type Values } from './option.js';
import { profileOption } from './profileOption.js';

export const trainableOption = text<Trainable>({
  flag: '--trainable',
  placeholder: '<layers>',
  group: 'Model',
  help: 'layers to train: head (the last one), classifier, features.N (from that layer on) or all',
  default: undefined,
  defaultText: 'classifier; all with --weights none',
  check: (value) => {
    if (!(trainableLayers as readonly string[]).includes(value)) {
      throw expected('--trainable', 'head, classifier, features.0 to features.12, or all', value);
    }
  },
});

export const weightsOption = text({
  flag: '--weights',
  placeholder: '<name|path>',
  group: 'Model',
  help: 'initial weights: imagenet, imagenet-features (convolutions only), none, a weights file (FILE#KEY for one of several networks in it) or a run folder',
  default: 'imagenet',
});

export const dataOption = text({
  flag: '--data',
  placeholder: '<dir>',
  group: 'Main options',
  help: 'dataset: a folder with one sub-folder of images per class',
  default: undefined,
  defaultText: 'required',
});

export const ignoreOption = text({
  flag: '--ignore',
  placeholder: '<glob>',
  group: 'Data',
  help: 'files and folders to leave out, by name or path in the dataset; several are separated by commas',
  default: undefined,
});

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
  val: text({
    flag: '--val',
    placeholder: '<dir>',
    group: 'Data',
    help: 'separate validation dataset, instead of a split of --data',
    default: undefined,
    defaultText: 'a split of --data',
  }),
  valSplit: number({
    flag: '--val-split',
    group: 'Data',
    help: 'fraction of the images to validate on',
    min: 0,
    max: 0.9,
    default: 0.1,
  }),
  split: choice(['stratified', 'random', 'torch'], {
    flag: '--split',
    group: 'Data',
    help: 'how to split: per class, over all images, or like torch.utils.data.random_split',
    default: undefined,
    defaultText: 'stratified; torch with --reference torch',
  }),
  augment: choice(['flip', 'none'], {
    flag: '--augment',
    group: 'Data',
    help: 'augmentation of training images: random horizontal flips, or none',
    default: 'flip',
  }),
  grey16: choice(['clip', 'scale'], {
    flag: '--grey16',
    group: 'Data',
    help: '16-bit grey images: clip values above 255 to white, as Pillow does, or scale them to 8 bits',
    default: 'clip',
  }),
  maxBad: number({
    flag: '--max-bad',
    group: 'Data',
    help: 'fraction of unreadable files to tolerate',
    min: 0,
    max: 1,
    default: undefined,
    defaultText: '0.1; 0 with --reference torch',
  }),
  ignore: ignoreOption,
  optimizer: choice(['adam', 'adamw', 'sgd'], {
    flag: '--optimizer',
    group: 'Optimization',
    help: "optimizer, with PyTorch's semantics",
    default: 'adam',
  }),
  momentum: number({
    flag: '--momentum',
    group: 'Optimization',
    help: 'momentum of sgd',
    min: 0,
    max: 1,
    default: 0.9,
  }),
  weightDecay: number({
    flag: '--weight-decay',
    group: 'Optimization',
    help: 'weight decay: decoupled for adamw, an L2 penalty for adam and sgd',
    min: 0,
    max: 1e3,
    default: undefined,
    defaultText: '0; adamw 0.01',
  }),
  clipNorm: number({
    flag: '--clip-norm',
    group: 'Optimization',
    help: 'maximum L2 norm of the gradients, which are scaled down to it',
    above: 0,
    max: 1e9,
    default: undefined,
    defaultText: 'off',
  }),
  classWeights: choice(['none', 'balanced'], {
    flag: '--class-weights',
    group: 'Optimization',
    help: 'balanced: weight the training loss by inverse class frequency',
    default: 'none',
  }),
  labelSmoothing: number({
    flag: '--label-smoothing',
    group: 'Optimization',
    help: 'share of each label that is spread over all classes in the training loss',
    min: 0,
    max: 1,
    default: 0,
  }),
  lrFeatures: number({
    flag: '--lr-features',
    group: 'Optimization',
    help: 'learning rate of the convolutions, where they are trained',
    above: 0,
    max: 1e3,
    default: undefined,
    defaultText: '--lr',
  }),
  schedule: choice(['constant', 'cosine', 'step', 'plateau'], {
    flag: '--schedule',
    group: 'Optimization',
    help: 'learning rate schedule, after the warm-up; plateau reduces it when the validation loss does not fall',
    default: 'constant',
  }),
  lrStep: number({
    flag: '--lr-step',
    group: 'Optimization',
    help: 'epochs between the reductions of --schedule step',
    integer: true,
    min: 1,
    max: 1e6,
    default: undefined,
    defaultText: 'a third of --epochs',
  }),
  lrPatience: number({
    flag: '--lr-patience',
    group: 'Optimization',
    help: 'epochs without a lower loss that --schedule plateau tolerates',
    integer: true,
    min: 0,
    max: 1e6,
    default: 2,
  }),
  lrGamma: number({
    flag: '--lr-gamma',
    group: 'Optimization',
    help: 'factor by which step and plateau reduce the learning rate',
    above: 0,
    max: 1,
    default: 0.1,
  }),
  warmup: number({
    flag: '--warmup',
    group: 'Optimization',
    help: 'epochs of linear warm-up to --lr; fractions allowed',
    min: 0,
    max: 1e6,
    default: 0,
  }),
  scheduleEpochs: number({
    flag: '--schedule-epochs',
    group: 'Optimization',
    help: 'epochs until the cosine schedule reaches 0',
    above: 0,
    max: 1e6,
    default: undefined,
    defaultText: '--epochs',
  }),
  earlyStop: number({
    flag: '--early-stop',
    group: 'Optimization',
    help: 'stop after this many epochs without a lower validation loss; 0 disables it',
    integer: true,
    min: 0,
    max: 1e6,
    default: 0,
    defaultText: 'off',
  }),
  weights: weightsOption,
  trainable: trainableOption,
  resume: text({
    flag: '--resume',
    placeholder: '<dir>',
    group: 'Run and resume',
    help: 'resume an interrupted run, bit for bit; --data and --val name its images if they have moved',
    default: undefined,
  }),
  checkpointEvery: text({
    flag: '--checkpoint-every',
    placeholder: '<n|time>',
    group: 'Run and resume',
    help: 'checkpoint interval: auto (at most 5% of the time), epoch, a number of steps, or a time such as 90s, 5m or 1h',
    default: 'auto',
    check: (value) => {
      if (!/^(auto|epoch|[1-9]\d{0,8}[smh]?)$/.test(value)) {
        throw expected('--checkpoint-every', 'auto, epoch, a number of steps, or a time such as 5m', value);
      }
    },
  }),
  keepCheckpoint: flag({
    flag: '--keep-checkpoint',
    group: 'Run and resume',
    help: 'keep the last checkpoint of a complete run, to train it for more epochs later',
    default: false,
  }),
  force: flag({
    flag: '--force',
    group: 'Run and resume',
    help: 'overwrite an existing run in --out and an existing --profile file',
    default: false,
  }),
  dryRun: flag({
    flag: '--dry-run',
    group: 'Run and resume',
    help: 'scan the images, print the resolved options and exit',
    default: false,
  }),
  seed: number({
    flag: '--seed',
    group: 'Run and resume',
    help: 'seed of the split, sampling order, flips, dropout and initialization',
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
    default: 0,
  }),
  reference: choice(['none', 'torch'], {
    flag: '--reference',
    group: 'Run and resume',
    help: 'torch: use one random generator in the order of a PyTorch script',
    default: 'none',
  }),
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
  profile: profileOption,
};

export type TrainOptions = Values<typeof trainOptions>;

/** The value of --data, which the commands that have it can't do without. Throws a usage error. */
export function requireData(data: string | undefined): string {
  if (data !== undefined) return data;
  throw usageError(
    '--data is missing.',
    'Give the folder that has one sub-folder of images per class: --data DIR.',
  );
}

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
  const trainable = options.trainable ?? (weights === 'none' ? 'all' : 'classifier');
  if (options.lrFeatures !== undefined && (trainable === 'head' || trainable === 'classifier')) {
    throw usageError(
      `--lr-features needs convolutions that are trained, but --trainable is ${trainable}.`,
      'Add --trainable all, or remove --lr-features.',
    );
  }
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

/** A PyTorch script uses every image, splits with random_split and stops at the first unreadable image. */
function checkReference({ val, split = 'torch', grey16, maxBad = 0, ignore }: TrainOptions): void {
  const conflict =
    (val !== undefined && '--val') ||
    (split !== 'torch' && `--split ${split}`) ||
    (grey16 === 'scale' && '--grey16 scale') ||
    (maxBad > 0 && `--max-bad ${maxBad}`) ||
    (ignore !== undefined && '--ignore');
  if (!conflict) return;
  throw usageError(`--reference torch cannot be combined with ${conflict}.`, 'Remove one of the two.');
}
