// The options of the commands that use a model: predict, evaluate, inspect.

import { engineOptions } from './engineOptions.js';
import { expected, type Option, type Values } from './option.js';
import { choice, flag, number, text } from './optionKinds.js';
import { profileOption } from './outputOptions.js';
import { dataOption, ignoreOption } from './train/dataOptions.js';
import { trainableOption, weightsOption } from './train/networkOptions.js';

export const batchSize = number({
  flag: '--batch-size',
  group: 'Device and speed',
  help: 'images per forward pass',
  integer: true,
  min: 1,
  max: 4096,
  default: 64,
});

const model = text({
  flag: '--model',
  placeholder: '<path>',
  group: 'Main options',
  help: 'model to use: a run folder or a .safetensors file',
  default: undefined,
  defaultText: 'the newest under models/',
});

const modelWeights = text({
  flag: '--weights',
  placeholder: '<name|path>',
  group: 'Main options',
  help: 'weights to use instead of a model: imagenet (1000 classes), or a weights file with a classifier; FILE#KEY for one of several networks in it',
  default: undefined,
});

const checkClassNames = (names: readonly string[] | undefined) => {
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '');
  if (!isList || names.length < 2 || new Set(names).size < names.length) {
    throw expected('--classes', 'two or more distinct names with commas between them', names);
  }
};

export const classNamesOption: Option<readonly string[] | undefined> = {
  flag: '--classes',
  placeholder: '<name,name..>',
  group: 'Main options',
  help: 'class names for a weights file, in the order of its outputs; two for a single output (a sigmoid)',
  default: undefined,
  defaultText: 'those in the file',
  schema: { type: 'array', items: { type: 'string' }, minItems: 2 },
  check: checkClassNames,
  parse: (given) => {
    const names = given.split(',').map((name) => name.trim());
    checkClassNames(names);
    return names;
  },
};

export const weightsResize = choice(['squash', 'crop'], {
  flag: '--resize',
  group: 'Main options',
  help: 'images as 224 x 224, for a weights file: the whole image without its aspect ratio, or its centre (Resize 256, CenterCrop 224), as torchvision evaluates imagenet',
  default: undefined,
  defaultText: 'squash',
});

const force = flag({
  flag: '--force',
  group: 'Output',
  help: 'overwrite existing output files',
  default: false,
});

const shard = text({
  flag: '--shard',
  placeholder: '<i/n|auto>',
  group: 'Main options',
  help: 'predict part I of N of the images, for N machines; auto in a Slurm job array, auto/N in a Kubernetes indexed job',
  default: undefined,
});

const predictions = text({
  flag: '--predictions',
  placeholder: '<file,file..>',
  group: 'Main options',
  help: 'evaluate these outputs of predict --json for the images of --data, without a model; patterns allowed',
  default: undefined,
});

export const predictOptions = {
  model,
  weights: modelWeights,
  classes: classNamesOption,
  resize: weightsResize,
  filesFrom: text({
    flag: '--files-from',
    placeholder: '<file|->',
    group: 'Main options',
    help: 'read image paths from this file, one per line; - reads stdin',
    default: undefined,
  }),
  shard,
  top: number({
    flag: '--top',
    group: 'Main options',
    help: 'classes to print per image',
    integer: true,
    min: 1,
    max: 1000,
    default: 2,
  }),
  minProbability: number({
    flag: '--min-probability',
    group: 'Main options',
    help: 'answer unsure for images whose most probable class has a lower probability',
    min: 0,
    max: 1,
    default: 0,
    defaultText: 'off',
  }),
  explain: text({
    flag: '--explain',
    placeholder: '<file>',
    group: 'Output',
    help: 'write Grad-CAM heatmaps of the images to this .png, .jpg or .webp file',
    default: undefined,
  }),
  profile: profileOption,
  force,
  batchSize,
  ...engineOptions,
};

const checkShare = (share: number | undefined) => {
  const valid = typeof share === 'number' && share >= 0 && share < 1;
  if (!valid) throw expected('--max-error', 'a share such as 1% or 0.01', share);
};

const maxError: Option<number | undefined> = {
  flag: '--max-error',
  placeholder: '<share>',
  group: 'Main options',
  help: 'find the smallest --min-probability with which at most this share of the answers is wrong, such as 1%',
  default: undefined,
  schema: { type: 'number', minimum: 0, maximum: 1 },
  check: checkShare,
  parse: (given) => {
    const [, digits, percent] = /^(\d+\.?\d*|\.\d+)(%?)$/.exec(given) ?? [];
    if (digits === undefined) throw expected('--max-error', 'a share such as 1% or 0.01', given);
    const share = percent ? Number(digits) / 100 : Number(digits);
    checkShare(share);
    return share;
  },
};

export const evaluateOptions = {
  data: dataOption,
  maxError,
  predictions,
  model,
  weights: modelWeights,
  classes: classNamesOption,
  resize: weightsResize,
  ignore: ignoreOption,
  out: text({
    flag: '--out',
    placeholder: '<file>',
    group: 'Output',
    help: 'write a page with metrics, calibration and mistakes to this .html file',
    default: undefined,
  }),
  profile: profileOption,
  force,
  batchSize,
  ...engineOptions,
};

/** The network to inspect. */
export const networkOptions = {
  classes: number({
    flag: '--classes',
    group: 'Model',
    help: 'classes of the network, if no model is given',
    integer: true,
    min: 1,
    max: 1e6,
    default: 2,
  }),
  trainable: trainableOption,
  weights: { ...weightsOption, default: 'none' },
};

export const inspectOptions = {
  ...networkOptions,
  filters: text({
    flag: '--filters',
    placeholder: '<file>',
    group: 'Output',
    help: 'draw the kernels of the first layer to this .png, .jpg or .webp file',
    default: undefined,
  }),
  activations: text({
    flag: '--activations',
    placeholder: '<image>',
    group: 'Output',
    help: 'draw the activations of every layer for this image, to the .png, .jpg or .webp file given as an argument',
    default: undefined,
  }),
  force,
};

export type PredictOptions = Values<typeof predictOptions>;
export type EvaluateOptions = Values<typeof evaluateOptions>;
export type NetworkOptions = Values<typeof networkOptions>;
export type InspectOptions = Values<typeof inspectOptions>;
