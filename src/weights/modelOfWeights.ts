// Creates a model from any weights file. Defaults are those of torchvision.

import { createRequire } from 'node:module';
import { dataError, printable } from '../core/errors.js';
import { imageNetPreprocessing } from '../data/transforms/preprocessing.js';
import { dropoutShare } from '../model/alexnet.js';
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
 * `imageNetPreprocessing`, and the class names are those in the metadata's `classes` (a JSON list), else ImageNet's if
 * there are 1000 classes, else `class 0`, `class 1`, .. Throws a data error (exit 3) for weights that are not an
 * AlexNet's or have no classifier.
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
    `The weights '${printable(name)}' have no classifier and can't predict classes.`,
    `Train one with: alexft train --data DIR --weights '${printable(name)}'`,
  );

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
