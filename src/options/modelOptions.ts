// The options of the commands that use a model: predict, evaluate, inspect.

import { engineOptions } from './engineOptions.js';
import { expected, flag, number, type Option, text, type Values } from './option.js';
import { profileOption } from './profileOption.js';
import { dataOption, trainableOption, weightsOption } from './trainOptions.js';

const batchSize = number({
  flag: '--batch-size',
  help: 'images that go through the network at a time',
  integer: true,
  min: 1,
  max: 4096,
  default: 64,
});

const model = text({
  flag: '--model',
  placeholder: '<path>',
  help: 'the model: a run’s folder or a .safetensors file',
  default: undefined,
  defaultText: 'the newest under models/',
});

const modelWeights = text({
  flag: '--weights',
  placeholder: '<name|path>',
  help: 'instead of a model: imagenet (1000 classes), or a weights file with a classifier; FILE#KEY for one of several networks in it',
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
  help: 'class names for a weights file, in the order of its outputs; two for a single output (a sigmoid)',
  default: undefined,
  defaultText: 'those in the file',
  check: checkClassNames,
  parse: (given) => {
    const names = given.split(',').map((name) => name.trim());
    checkClassNames(names);
    return names;
  },
};

const force = flag({ flag: '--force', help: 'replace files that are there already', default: false });

export const predictOptions = {
  model,
  weights: modelWeights,
  classes: classNamesOption,
  filesFrom: text({
    flag: '--files-from',
    placeholder: '<file|->',
    help: 'a list of images, one path a line; - is stdin',
    default: undefined,
  }),
  top: number({
    flag: '--top',
    help: 'classes to show for each image',
    integer: true,
    min: 1,
    max: 1000,
    default: 2,
  }),
  explain: text({
    flag: '--explain',
    placeholder: '<file>',
    help: 'draw where the network looked, photo by photo, into this .png, .jpg or .webp',
    default: undefined,
  }),
  profile: profileOption,
  force,
  batchSize,
  ...engineOptions,
};

export const evaluateOptions = {
  data: dataOption,
  model,
  weights: modelWeights,
  classes: classNamesOption,
  profile: profileOption,
  force,
  batchSize,
  ...engineOptions,
};

/** What network is meant. */
export const networkOptions = {
  classes: number({
    flag: '--classes',
    help: 'the number of classes of a fresh network',
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
    help: 'draw the kernels of the first layer into this .png, .jpg or .webp',
    default: undefined,
  }),
  activations: text({
    flag: '--activations',
    placeholder: '<image>',
    help: 'draw what each layer makes of this image, into the .png, .jpg or .webp that is named behind it',
    default: undefined,
  }),
  force,
};

export type PredictOptions = Values<typeof predictOptions>;
export type EvaluateOptions = Values<typeof evaluateOptions>;
export type NetworkOptions = Values<typeof networkOptions>;
export type InspectOptions = Values<typeof inspectOptions>;
