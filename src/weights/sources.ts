// Resolves `--weights`: the name of pretrained weights, `none`, or a path.

import { stat } from 'node:fs/promises';
import { dataError, printable, UserError } from '../core/errors.js';
import type { StateDict } from '../model/stateDict.js';
import type { Checkpoint } from './checkpoint.js';
import { modelFileAt } from './modelFile.js';
import { findNamed, imagenetFeatures, readNamed, type WeightsContext } from './namedWeights.js';
import { readCheckpoint } from './readWeights.js';

export interface Weights {
  /** The weights used: `imagenet`, `imagenet-features`, `none`, or the requested path. */
  readonly name: string;
  /** Empty for `none`. */
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * A message for the user if other weights than the requested ones, or one of several networks in a file, are used.
   */
  readonly note?: string;
}

/**
 * Loads the initial weights of a training: `imagenet` (all layers, or, if they are not available, `imagenet-features`
 * with a note that explains why), `none`, or anything that exactWeights supports. Throws like exactWeights.
 */
export async function resolveWeights(request: string, context: WeightsContext): Promise<Weights> {
  if (request === 'none') return { name: 'none', tensors: new Map(), metadata: {} };
  try {
    return await (request === 'imagenet' ? imagenetOrFeatures(context) : exactWeights(request, context));
  } catch (error) {
    if (!(error instanceof UserError) || !findNamed(request)) throw error;
    const hint = [error.hint, 'Or start without pretrained weights: --weights none']
      .filter(Boolean)
      .join(' ');
    throw dataError(error.message, hint, error);
  }
}

/**
 * Loads weights by name, from a file, or from a model folder, without a fallback. Throws a data error (exit 3) if they
 * are not available or can't be read.
 */
export async function exactWeights(request: string, context: WeightsContext): Promise<Weights> {
  const named = findNamed(request);
  const { tensors, metadata, note } = await (named
    ? readNamed(named, context)
    : readWeightsFile(await weightsFileAt(request)));
  return { name: request, tensors, metadata, ...(note !== undefined && { note }) };
}

async function imagenetOrFeatures(context: WeightsContext): Promise<Weights> {
  let reason: string;
  try {
    return await exactWeights('imagenet', context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reason = error.message;
  }
  const note = `${reason.replace(/\.$/, '')}. Using 'imagenet-features' instead of 'imagenet': the five convolutions; the classifier is initialized randomly.`;
  return { ...(await exactWeights(imagenetFeatures.name, context)), note };
}

/** A weights file, and where in it the network is (selectTensors). */
export interface WeightsFile {
  readonly path: string;
  readonly key?: string;
}

export const readWeightsFile = ({ path, key }: WeightsFile): Promise<Checkpoint> => readCheckpoint(path, key);

/** The weights file for a name, a path, or FILE#KEY. Fetches nothing. Throws a data error (exit 3) if there is none. */
export async function resolveWeightsFile(request: string): Promise<WeightsFile> {
  const named = findNamed(request);
  if (!named) return await weightsFileAt(request);
  const found = await named.find();
  if (found !== undefined) return { path: found };
  throw dataError(
    `The weights '${request}' are not on this machine.`,
    `Fetch them with: alexft weights fetch ${request}. Or ${named.byHand()}.`,
  );
}

/** The weights file at a path, which can be a model folder, or in FILE#KEY. */
async function weightsFileAt(request: string): Promise<WeightsFile> {
  const exists = (path: string) => stat(path).catch(() => undefined);
  if (await exists(request)) return { path: await modelFileAt(request) };
  const [, path, key] = /^(.+)#(.+)$/s.exec(request) ?? [];
  if (path && key && (await exists(path))) return { path: await modelFileAt(path), key };
  throw dataError(
    `There are no weights '${printable(request)}'.`,
    'Specify a weights file, a model folder, or one of: imagenet, imagenet-features, none.',
  );
}
