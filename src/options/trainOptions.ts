// The options of `alexft train`.

import { usageError } from '../core/errors.js';
import { isSize } from '../core/formatting.js';
import { type Trainable, trainableLayers } from '../model/alexnet.js';
import type { TrainConfig } from '../training/config.js';
import { engineOptions } from './engineOptions.js';
import { choice, expected, flag, number, text, type Values } from './option.js';
import { profileOption } from './profileOption.js';

export const trainableOption = text<Trainable>({
  flag: '--trainable',
  placeholder: '<layers>',
  help: 'which layers learn: head, classifier, features.N (that one and all after it) or all',
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
  help: 'where to start from: imagenet, imagenet-features (the convolutions alone), none, a weights file (FILE#KEY for one of several networks in it), or a model folder',
  default: 'imagenet',
});

export const dataOption = text({
  flag: '--data',
  placeholder: '<dir>',
  help: 'the folder of images, with one sub-folder a class',
  default: undefined,
  defaultText: 'required',
});

export const trainOptions = {
  data: dataOption,
  out: text({
    flag: '--out',
    placeholder: '<dir>',
    help: 'where the model goes',
    default: undefined,
    defaultText: 'models/DATE-TIME',
  }),
  force: flag({
    flag: '--force',
    help: 'replace a run that is in --out already, and the file of --profile',
    default: false,
  }),
  resume: text({
    flag: '--resume',
    placeholder: '<dir>',
    help: 'go on with the run in this folder, which was stopped or killed, to the result that it would have had',
    default: undefined,
  }),
  checkpointEvery: text({
    flag: '--checkpoint-every',
    placeholder: '<n|time>',
    help: 'when to save a checkpoint: auto (saving takes at most 5% of the time), epoch, a number of steps, or a time such as 90s, 5m or 1h',
    default: 'auto',
    check: (value) => {
      if (!/^(auto|epoch|[1-9]\d{0,8}[smh]?)$/.test(value)) {
        throw expected('--checkpoint-every', 'auto, epoch, a number of steps, or a time such as 5m', value);
      }
    },
  }),
  keepCheckpoint: flag({
    flag: '--keep-checkpoint',
    help: 'keep the last checkpoint of a run that is complete, so that it can be given more epochs',
    default: false,
  }),
  epochs: number({
    flag: '--epochs',
    help: 'how many times to go through the training images',
    integer: true,
    min: 1,
    max: 1e6,
    default: 5,
  }),
  batchSize: number({
    flag: '--batch-size',
    help: 'images a step',
    integer: true,
    min: 1,
    max: 65536,
    default: 128,
  }),
  optimizer: choice(['adam', 'adamw', 'sgd'], {
    flag: '--optimizer',
    help: 'how the gradients are followed, as PyTorch does it',
    default: 'adam',
  }),
  lr: number({
    flag: '--lr',
    help: 'the learning rate',
    above: 0,
    max: 1e3,
    default: undefined,
    defaultText: '1e-4; sgd 1e-3',
  }),
  momentum: number({ flag: '--momentum', help: 'momentum of sgd', min: 0, max: 1, default: 0.9 }),
  weightDecay: number({
    flag: '--weight-decay',
    help: 'weight decay: decoupled for adamw, else part of the gradient',
    min: 0,
    max: 1e3,
    default: undefined,
    defaultText: '0; adamw 0.01',
  }),
  clipNorm: number({
    flag: '--clip-norm',
    help: 'the largest norm that the gradients of a step may have together; larger ones are scaled down to it',
    above: 0,
    max: 1e9,
    default: undefined,
    defaultText: 'off',
  }),
  classWeights: choice(['none', 'balanced'], {
    flag: '--class-weights',
    help: 'balanced: in the training loss, let each class count alike, however few images it has',
    default: 'none',
  }),
  schedule: choice(['constant', 'cosine'], {
    flag: '--schedule',
    help: 'how the learning rate goes on after the warm-up',
    default: 'constant',
  }),
  warmup: number({
    flag: '--warmup',
    help: 'epochs (or a part of one) over which the learning rate rises to --lr',
    min: 0,
    max: 1e6,
    default: 0,
  }),
  scheduleEpochs: number({
    flag: '--schedule-epochs',
    help: 'epochs over which cosine falls to 0',
    above: 0,
    max: 1e6,
    default: undefined,
    defaultText: '--epochs',
  }),
  weights: weightsOption,
  trainable: trainableOption,
  val: text({
    flag: '--val',
    placeholder: '<dir>',
    help: 'a folder of images to validate on, in place of a part of --data',
    default: undefined,
    defaultText: 'a part of --data',
  }),
  valSplit: number({
    flag: '--val-split',
    help: 'the share of the images that is kept for validation',
    min: 0,
    max: 0.9,
    default: 0.1,
  }),
  split: choice(['stratified', 'random', 'torch'], {
    flag: '--split',
    help: 'how that share is drawn: from each class, from all, or as torch.utils.data.random_split draws it',
    default: undefined,
    defaultText: 'stratified; torch with --reference torch',
  }),
  augment: choice(['flip', 'none'], {
    flag: '--augment',
    help: 'what is done to training images: mirrored left to right at random, or nothing',
    default: 'flip',
  }),
  seed: number({
    flag: '--seed',
    help: 'where the random numbers start: split, order, flips, dropout, fresh layers',
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
    default: 0,
  }),
  earlyStop: number({
    flag: '--early-stop',
    help: 'stop after this many epochs without a lower validation loss; 0: never',
    integer: true,
    min: 0,
    max: 1e6,
    default: 0,
    defaultText: 'off',
  }),
  maxBad: number({
    flag: '--max-bad',
    help: 'the share of files that may be unreadable before the run ends',
    min: 0,
    max: 1,
    default: undefined,
    defaultText: '0.1; 0 with --reference torch',
  }),
  reference: choice(['none', 'torch'], {
    flag: '--reference',
    help: 'torch: draw split, first values, order, flips and dropout as a PyTorch script does, from one generator',
    default: 'none',
  }),
  cacheLimit: text({
    flag: '--cache-limit',
    placeholder: '<size>',
    help: 'how much disk the kept features of all trainings may take, such as 5GB; 0: keep them in memory alone',
    default: undefined,
    defaultText: '20 GB, or a fifth of the free disk',
    check: (value) => {
      if (!isSize(value)) throw expected('--cache-limit', 'a size such as 500MB or 20GB', value);
    },
  }),
  noReport: flag({
    flag: '--no-report',
    help: 'write no report.html at the end',
    default: false,
  }),
  profile: profileOption,
  dryRun: flag({
    flag: '--dry-run',
    help: 'scan the images, show the resolved options, and stop there',
    default: false,
  }),
  ...engineOptions,
};

export type TrainOptions = Values<typeof trainOptions>;

/** The value of --data, which the commands that have it can't do without. Throws a usage error. */
export function requireData(data: string | undefined): string {
  if (data !== undefined) return data;
  throw usageError(
    '--data is missing.',
    'Name the folder with one sub-folder of images a class: --data DIR.',
  );
}

/** Fills in the defaults that depend on other options. Throws a usage error where options are missing or contradict each other. */
export function resolveTrainOptions(options: TrainOptions): TrainConfig {
  const { optimizer, epochs, weights } = options;
  const data = requireData(options.data);
  const scheduleEpochs = options.scheduleEpochs ?? epochs;
  if (options.schedule === 'cosine' && options.warmup >= scheduleEpochs) {
    throw usageError(
      `--warmup ${options.warmup} leaves nothing of the ${scheduleEpochs} epochs of the schedule.`,
      'Give a shorter --warmup or more --epochs.',
    );
  }
  if (options.earlyStop > 0 && options.val === undefined && options.valSplit === 0) {
    throw usageError(
      '--early-stop needs validation images, and --val-split is 0.',
      'Give --val-split or --val.',
    );
  }
  const torch = options.reference === 'torch';
  if (torch) checkReference(options);
  return {
    ...options,
    data,
    scheduleEpochs,
    split: options.split ?? (torch ? 'torch' : 'stratified'),
    maxBad: options.maxBad ?? (torch ? 0 : 0.1),
    lr: options.lr ?? (optimizer === 'sgd' ? 1e-3 : 1e-4),
    weightDecay: options.weightDecay ?? (optimizer === 'adamw' ? 0.01 : 0),
    trainable: options.trainable ?? (weights === 'none' ? 'all' : 'classifier'),
  };
}

/** A script in PyTorch splits with random_split, and ends at the first image that it can't read. */
function checkReference({ val, split = 'torch', maxBad = 0 }: TrainOptions): void {
  const against =
    (val !== undefined && '--val') ||
    (split !== 'torch' && `--split ${split}`) ||
    (maxBad > 0 && `--max-bad ${maxBad}`);
  if (!against) return;
  throw usageError(
    `--reference torch follows a PyTorch script image by image, which ${against} does not allow.`,
    'Leave one of the two out.',
  );
}
