// A model on disk: safetensors with PyTorch's names and layout, and in its metadata all that is needed to build the
// network again and to treat images as the training did.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import type { Preprocessing } from '../data/transforms/preprocessing.js';
import type { OnBytes } from '../io/writerThread.js';
import { alexNet, inputSize, parameterShapes, type Widths } from '../model/alexnet.js';
import type { StateDict } from '../model/stateDict.js';
import { readCheckpoint } from './readWeights.js';
import { type Checkpoint, writeSafetensorsBeside } from './safetensors/safetensors.js';

/** What travels with the weights. */
export interface ModelDescription {
  readonly architecture: { readonly name: 'alexnet'; readonly widths: Widths; readonly dropout: number };
  /** In the order of the logits. */
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  /** How it was trained: options, epochs, accuracy. For people, and for `alexft report`. */
  readonly training: Record<string, unknown>;
}

export interface Model extends ModelDescription {
  /** The file that it was read from. */
  readonly file: string;
  readonly tensors: StateDict;
}

const schema = '1';

/** Writes a model, whole or not at all, and gives its file's SHA-256. `beside`: as of writeSafetensorsBeside. */
export function writeModel(
  file: string,
  tensors: StateDict,
  description: ModelDescription,
  onBytes?: OnBytes,
): Promise<string> {
  const metadata = {
    format: 'pt', // says to other readers of safetensors: PyTorch's names and layout
    schema,
    producer: 'alexft',
    architecture: JSON.stringify(description.architecture),
    classes: JSON.stringify(description.classes),
    preprocessing: JSON.stringify(description.preprocessing),
    training: JSON.stringify(description.training),
  };
  return writeSafetensorsBeside(file, tensors, metadata, onBytes);
}

/** The model file that `path` means: itself, or the `model.safetensors` of the run's folder that it is. */
export async function modelFileAt(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw dataError(`There is no model at '${printable(path)}'.`, whereModelsAre);
  if (!found.isDirectory()) return path;
  const file = join(path, 'model.safetensors');
  if (await stat(file).catch(() => undefined)) return file;
  throw dataError(`The folder '${printable(path)}' has no model.safetensors in it.`, whereModelsAre);
}

const whereModelsAre =
  'Train one with: alexft train --data DIR. Its folder, or the model.safetensors in it, is a model.';

/** Reads the model at `path` (a file, converted or not, or a run's folder). Throws a data error that says what is wrong with it. */
export async function readModel(path: string): Promise<Model> {
  const file = await modelFileAt(path);
  return modelOf(await readCheckpoint(file), file);
}

/** The model that a weights file's metadata describes, as alexft writes it. Throws as readModel does. */
export function modelOf(
  { tensors, metadata }: Pick<Checkpoint, 'tensors' | 'metadata'>,
  file: string,
): Model {
  const wrong = (what: string, hint = whereModelsAre) =>
    dataError(`'${printable(file)}' is not a model of alexft: ${what}.`, hint);
  if (metadata.schema === undefined) {
    throw wrong('its metadata names no schema', `${whereModelsAre} Weights from elsewhere: --weights FILE.`);
  }
  if (metadata.schema !== schema) {
    throw wrong(`it has schema ${printable(metadata.schema.slice(0, 20))}, and this version reads ${schema}`);
  }
  const field = (name: string): unknown => {
    try {
      return JSON.parse(metadata[name] ?? '');
    } catch {
      throw wrong(`its metadata '${name}' is missing or not JSON`);
    }
  };
  const model = {
    file,
    tensors,
    architecture: field('architecture') as ModelDescription['architecture'],
    classes: field('classes') as string[],
    preprocessing: field('preprocessing') as Preprocessing,
    training: field('training') as Record<string, unknown>,
  };
  const misfit = firstNonsense(model) ?? firstMisfit(model);
  if (misfit) throw wrong(misfit);
  return model;
}

/** What in the description could not be worked with: metadata is data, and may have been written by anyone. */
function firstNonsense({
  architecture,
  classes,
  preprocessing,
  training,
}: ModelDescription): string | undefined {
  const isSize = (value: unknown) => Number.isInteger(value) && Number(value) > 0;
  const areSizes = (list: unknown, length: number) =>
    Array.isArray(list) && list.length === length && list.every(isSize);
  const areNumbers = (list: unknown) =>
    Array.isArray(list) && list.length === 3 && list.every((value) => Number.isFinite(value));
  const arePositive = (list: unknown) => areNumbers(list) && (list as number[]).every((value) => value > 0);
  const { widths, dropout } = architecture ?? {};
  if (architecture?.name !== 'alexnet') return 'its architecture is not alexnet';
  if (!areSizes(widths?.convolutions, 5) || !areSizes(widths?.hidden, 2)) return 'it has no usable widths';
  if (typeof dropout !== 'number' || !(dropout >= 0 && dropout < 1)) return 'it has no usable dropout';
  if (!Array.isArray(classes) || classes.length === 0) return 'it has no classes';
  if (!classes.every((name) => typeof name === 'string')) return 'a class of it has no name';
  if (new Set(classes).size < classes.length) return 'two of its classes have the same name';
  const { size, interpolation, mean, std } = preprocessing ?? {};
  if (size !== inputSize || interpolation !== 'bilinear' || !areNumbers(mean) || !arePositive(std)) {
    return 'its preprocessing is none that this version does';
  }
  if (typeof training !== 'object' || training === null) return `its 'training' is not an object`;
  return undefined;
}

function firstMisfit({ architecture, classes, tensors }: Model): string | undefined {
  for (const layer of alexNet({ ...architecture, classes: classes.length })) {
    for (const [name, shape] of parameterShapes(layer)) {
      const found = tensors.get(name)?.shape;
      if (!found) return `it has no '${name}'`;
      if (String(found) !== String(shape)) return `'${name}' should be [${shape}], and is [${found}]`;
    }
  }
  return undefined;
}
