// The options of the commands that use a model: predict, evaluate, inspect.

import { engineOptions } from './engineOptions.js';
import { number, text, type Values } from './option.js';
import { dataOption, trainableOption, weightsOption } from './trainOptions.js';

const batchSize = number({
  flag: '--batch-size',
  help: 'pictures that go through the network at a time',
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
  help: 'in place of a model: imagenet (1000 classes), or a weights file with a classifier',
  default: undefined,
});

export const predictOptions = {
  model,
  weights: modelWeights,
  filesFrom: text({
    flag: '--files-from',
    placeholder: '<file|->',
    help: 'a list of pictures, one path a line; - is stdin',
    default: undefined,
  }),
  top: number({
    flag: '--top',
    help: 'classes to show for each picture',
    integer: true,
    min: 1,
    max: 1000,
    default: 2,
  }),
  batchSize,
  ...engineOptions,
};

export const evaluateOptions = {
  data: dataOption,
  model,
  weights: modelWeights,
  batchSize,
  ...engineOptions,
};

export const inspectOptions = {
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

export type PredictOptions = Values<typeof predictOptions>;
export type EvaluateOptions = Values<typeof evaluateOptions>;
export type InspectOptions = Values<typeof inspectOptions>;
