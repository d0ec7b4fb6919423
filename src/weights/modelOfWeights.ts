// A model out of a weights file, alexft's own or another's: whatever the file does not say is as torchvision has it.

import { dataError, printable } from '../core/errors.js';
import { imageNetPreprocessing } from '../data/transforms/preprocessing.js';
import { dropoutShare } from '../model/alexnet.js';
import { fitAlexNet } from './fitAlexNet.js';
import { imageNetClasses } from './imagenetClasses.js';
import { type Model, modelOf } from './modelFile.js';
import type { Weights } from './sources.js';

export interface WeightsModel {
  readonly model: Model;
  /** Where the names of the classes are from, for the user; undefined where the file has them. */
  readonly note?: string;
}

/**
 * The network that names classes with these weights. A file of alexft describes itself. Of any other, the images are
 * treated as everywhere here (`imageNetPreprocessing`), and the classes have the names in its metadata's `classes`
 * (JSON, a list), ImageNet's where it has a thousand, or else `class 0`, `class 1`, ... Throws a data error (exit 3)
 * for weights that are not AlexNet's or have no classifier.
 */
export function modelOfWeights({ name, tensors, metadata }: Weights): WeightsModel {
  if (metadata.producer === 'alexft') return { model: modelOf({ tensors, metadata }, name) };
  const { widths, classes: count } = fitAlexNet(tensors, name);
  if (count === undefined) throw withoutClassifier(name);
  const { classes, note } = classNames(count, metadata.classes, name);
  const model = {
    file: name,
    tensors,
    architecture: { name: 'alexnet', widths, dropout: dropoutShare },
    classes,
    preprocessing: imageNetPreprocessing,
    training: {},
  } as const;
  return { model, ...(note !== undefined && { note }) };
}

export const withoutClassifier = (name: string) =>
  dataError(
    `The weights '${printable(name)}' have no classifier: they can't name a class.`,
    `Train one on them: alexft train --data DIR --weights '${printable(name)}'`,
  );

function classNames(
  count: number,
  listed: string | undefined,
  file: string,
): { classes: readonly string[]; note?: string } {
  const named = namesIn(listed);
  if (named?.length === count) return { classes: named };
  if (count === imageNetClasses.length) {
    const note = `'${printable(file)}' names no classes, and has ${count}: they are taken to be ImageNet's.`;
    return { classes: imageNetClasses, ...(file !== 'imagenet' && { note }) };
  }
  return {
    classes: Array.from({ length: count }, (_, index) => `class ${index}`),
    note: `'${printable(file)}' names no classes: they are called 'class 0' to 'class ${count - 1}'.`,
  };
}

/** The names in a file's metadata, which may have been written by anyone; undefined where they are no distinct words. */
function namesIn(json: string | undefined): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    const isList = Array.isArray(value) && value.every((name) => typeof name === 'string');
    return isList && new Set(value).size === value.length ? value : undefined;
  } catch {
    return undefined;
  }
}
