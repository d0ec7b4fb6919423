// Model files: safetensors with PyTorch's names and layout. The metadata contains what is needed to rebuild the network
// and to preprocess images as in training.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { imageNetShorterSide, type Preprocessing } from '../data/transforms/preprocessing.js';
import type { OnBytes } from '../io/writerThread.js';
import { alexNet, inputSize, type Widths } from '../model/alexnet.js';
import { parameterShapes } from '../model/layers.js';
import type { StateDict } from '../model/stateDict.js';
import type { Checkpoint } from './checkpoint.js';
import { otherRuntime } from './foreignFormats.js';
import { writeSafetensorsBeside } from './formats/safetensors.js';
import { readCheckpoint } from './readWeights.js';

/** The metadata of a model. */
export interface ModelDescription {
  readonly architecture: { readonly name: 'alexnet'; readonly widths: Widths; readonly dropout: number };
  /** In the order of the logits. */
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  /** The training: options, epochs, accuracy. Informative, and used by `alexft report`. */
  readonly training: Record<string, unknown>;
}

export interface Model extends ModelDescription {
  /** The file from which it was read. */
  readonly file: string;
  readonly tensors: StateDict;
}

const schema = '1';

/** A description as the metadata of a weights file. */
export const modelMetadata = (description: ModelDescription): Record<string, string> => ({
  format: 'pt', // marks names and layout as PyTorch's for other readers of safetensors
  schema,
  producer: 'alexft',
  architecture: JSON.stringify(description.architecture),
  classes: JSON.stringify(description.classes),
  preprocessing: JSON.stringify(description.preprocessing),
  training: JSON.stringify(description.training),
});

/** Writes a model file atomically and returns its SHA-256. `beside`: options of writeSafetensorsBeside. */
export const writeModel = (
  file: string,
  tensors: StateDict,
  description: ModelDescription,
  onBytes?: OnBytes,
): Promise<string> => writeSafetensorsBeside(file, tensors, modelMetadata(description), onBytes);

/** Folders that are often taken for models, by a file in them. */
const foreignFolders = [
  ['saved_model.pb', 'a SavedModel of TensorFlow'],
  ['model.json', 'a model of TensorFlow.js'],
] as const;

/** The model file at `path`: the file itself, or the `model.safetensors` in a run folder. */
export async function modelFileAt(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw dataError(`There is no model at '${printable(path)}'.`, trainHint);
  if (!found.isDirectory()) return path;
  const file = join(path, 'model.safetensors');
  if (await stat(file).catch(() => undefined)) return file;
  for (const [name, what] of foreignFolders) {
    if (!(await stat(join(path, name)).catch(() => undefined))) continue;
    throw dataError(`Expected a model in '${printable(path)}' but found ${what}.`, otherRuntime);
  }
  throw dataError(`The folder '${printable(path)}' contains no model.safetensors.`, trainHint);
}

const trainHint =
  'Train one with: alexft train --data DIR. Specify its folder, or the model.safetensors in it.';

/** Reads the model at `path`: a file in any format, or a run folder. Throws a data error (exit 3) if it is invalid. */
export async function readModel(path: string): Promise<Model> {
  const file = await modelFileAt(path);
  return modelOf(await readCheckpoint(file), file);
}

/** The model in a weights file with alexft's metadata. Throws like readModel. */
export function modelOf(
  { tensors, metadata }: Pick<Checkpoint, 'tensors' | 'metadata'>,
  file: string,
): Model {
  const invalid = (problem: string, hint = trainHint) =>
    dataError(`'${printable(file)}' is not a model of alexft: ${problem}.`, hint);
  if (metadata.schema === undefined) {
    throw invalid(
      "its metadata has no 'schema'",
      `${trainHint} For weights from other programs, use --weights FILE.`,
    );
  }
  if (metadata.schema !== schema) {
    throw invalid(`it has schema ${printable(metadata.schema.slice(0, 20))}, expected ${schema}`);
  }
  const field = (name: string): unknown => {
    try {
      return JSON.parse(metadata[name] ?? '');
    } catch {
      throw invalid(`its metadata '${name}' is missing or not JSON`);
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
  const problem = descriptionProblem(model) ?? tensorProblem(model);
  if (problem) throw invalid(problem);
  return model;
}

/** The first invalid value in the description, which is untrusted input. */
function descriptionProblem({
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
  if (!areSizes(widths?.convolutions, 5) || !areSizes(widths?.hidden, 2)) return 'its widths are invalid';
  if (typeof dropout !== 'number' || !(dropout >= 0 && dropout < 1)) return 'its dropout is invalid';
  if (!Array.isArray(classes) || classes.length === 0) return 'it has no classes';
  if (!classes.every((name) => typeof name === 'string')) return 'one of its class names is not a string';
  if (new Set(classes).size < classes.length) return 'two of its classes have the same name';
  const { size, interpolation, mean, std } = preprocessing ?? {};
  const { grey16 = 'clip', shorterSide = imageNetShorterSide, exif = false } = preprocessing ?? {};
  const known =
    size === inputSize &&
    interpolation === 'bilinear' &&
    ['clip', 'scale'].includes(grey16) &&
    shorterSide === imageNetShorterSide &&
    typeof exif === 'boolean';
  if (!known || !areNumbers(mean) || !arePositive(std)) {
    return 'its preprocessing is not supported by this version';
  }
  if (typeof training !== 'object' || training === null) return `its 'training' is not an object`;
  return undefined;
}

/** The first tensor that does not fit the architecture. */
function tensorProblem({ architecture, classes, tensors }: Model): string | undefined {
  for (const layer of alexNet({ ...architecture, classes: classes.length })) {
    for (const [name, shape] of parameterShapes(layer)) {
      const found = tensors.get(name)?.shape;
      if (!found) return `it has no tensor '${name}'`;
      if (String(found) !== String(shape)) return `tensor '${name}' is [${found}], expected [${shape}]`;
    }
  }
  return undefined;
}
