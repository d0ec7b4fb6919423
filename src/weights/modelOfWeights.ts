// Creates a model from any weights file. Defaults are those of torchvision.

import { createRequire } from 'node:module';
import { dataError, printable, usageError } from '../core/errors.js';
import { type PreprocessingOptions, preprocessingOf } from '../data/transforms/preprocessing.js';
import { dropoutShare, headName } from '../model/alexnet.js';
import type { StateDict, StateTensor } from '../model/stateDict.js';
import type { Checkpoint } from './checkpoint.js';
import { fitAlexNet } from './fitAlexNet.js';
import { type Model, modelOf } from './modelFile.js';
import type { Weights } from './sources.js';

/** In the order of the logits. */
export const imageNetClasses = createRequire(import.meta.url)('./imagenetClasses.json') as readonly string[];

export interface WeightsModel {
  readonly model: Model;
  /** A message for the user if the class names are not from the file. */
  readonly note?: string;
}

/**
 * A classifier with these weights. Files of alexft contain a description. For others, the preprocessing is
 * ImageNet's with `resize`, and the class names are those in the metadata's `classes` (a JSON list), else ImageNet's if
 * there are 1000 classes, else `class 0`, `class 1`, .. Throws a data error (exit 3) for weights that are not an
 * AlexNet's, have no classifier, or have one output, which is no class; a usage error (exit 2) for `resize` with a file
 * of alexft.
 */
export function modelOfWeights(
  { name, tensors, metadata }: Weights,
  resize?: PreprocessingOptions['resize'],
): WeightsModel {
  if (metadata.producer === 'alexft') {
    if (resize) {
      throw usageError(
        `--resize is not for '${printable(name)}': a model of alexft contains its preprocessing.`,
      );
    }
    return { model: modelOf({ tensors, metadata }, name) };
  }
  const { widths, classes: count } = fitAlexNet(tensors, name);
  if (count === undefined) throw withoutClassifier(name);
  if (count === 1) throw oneOutput(name);
  const { classes, note } = classNames(count, metadata.classes, name);
  const model = {
    file: name,
    tensors,
    architecture: { name: 'alexnet', widths, dropout: dropoutShare },
    classes,
    preprocessing: preprocessingOf(resize ? { resize } : {}),
    training: {},
  } as const;
  return { model, ...(note !== undefined && { note }) };
}

export const withoutClassifier = (name: string) =>
  dataError(
    `The weights '${printable(name)}' have no classifier and can't predict classes.`,
    `Train one with: alexft train --data DIR --weights '${printable(name)}'`,
  );

const oneOutput = (name: string) =>
  dataError(
    `Expected one output per class in '${printable(name)}' but found a single one: its probability is that of a sigmoid, for one of two classes.`,
    'Name the classes for 0 and 1, in this order: --classes NAME,NAME',
  );

/**
 * Weights with class names, in the order of the outputs. One output z, for two classes and a sigmoid, becomes the
 * logits [0, z], whose softmax is [1 - sigmoid(z), sigmoid(z)]. `file`: for error messages. Throws a usage error (exit
 * 2) for another number of classes, and for alexft's models, which have names.
 */
export function withClassNames(
  { tensors, metadata }: Pick<Checkpoint, 'tensors' | 'metadata'>,
  names: readonly string[],
  file: string,
): Pick<Checkpoint, 'tensors' | 'metadata'> {
  if (metadata.producer === 'alexft') {
    throw usageError(
      `--classes is not for '${printable(file)}': a model of alexft contains its class names.`,
    );
  }
  const { classes: outputs } = fitAlexNet(tensors, file);
  if (outputs === undefined) throw withoutClassifier(file);
  const expected = outputs === 1 ? 2 : outputs;
  if (names.length !== expected) {
    throw usageError(
      `Expected ${expected} names in --classes for the ${outputs} outputs of '${printable(file)}' but received ${names.length}.`,
    );
  }
  return {
    tensors: outputs === 1 ? withTwoOutputs(tensors) : tensors,
    metadata: { ...metadata, classes: JSON.stringify(names) },
  };
}

function withTwoOutputs(tensors: StateDict): StateDict {
  const withZeros = ({ shape, data }: StateTensor): StateTensor => {
    const doubled = new Float32Array(2 * data.length);
    doubled.set(data, data.length);
    return { shape: [2, ...shape.slice(1)], data: doubled };
  };
  const isHead = (name: string) => name.startsWith(`${headName}.`);
  return new Map([...tensors].map(([name, tensor]) => [name, isHead(name) ? withZeros(tensor) : tensor]));
}

function classNames(
  count: number,
  listed: string | undefined,
  file: string,
): { classes: readonly string[]; note?: string } {
  const names = parseNames(listed);
  if (names?.length === count) return { classes: names };
  if (count === imageNetClasses.length) {
    const note = `'${printable(file)}' contains no class names. It has ${count} classes: using the names of ImageNet.`;
    return { classes: imageNetClasses, ...(file !== 'imagenet' && { note }) };
  }
  return {
    classes: Array.from({ length: count }, (_, index) => `class ${index}`),
    note: `'${printable(file)}' contains no class names: using 'class 0' to 'class ${count - 1}'.`,
  };
}

/** Undefined unless the metadata, which is untrusted input, is a list of distinct strings. */
function parseNames(json: string | undefined): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    const isList = Array.isArray(value) && value.every((name) => typeof name === 'string');
    return isList && new Set(value).size === value.length ? value : undefined;
  } catch {
    return undefined;
  }
}
