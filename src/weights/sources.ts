// Resolves `--weights`: the name of pretrained weights, `none`, or a path.

import { stat } from 'node:fs/promises';
import { dataError, printable, UserError } from '../core/errors.js';
import type { StateDict } from '../model/stateDict.js';
import { modelFileAt } from './modelFile.js';
import { findNamed, imagenetFeatures, readNamed, type WeightsContext } from './namedWeights.js';
import { readCheckpoint } from './readWeights.js';

export interface Weights {
  /** The weights used: `imagenet`, `imagenet-features`, `none`, or the requested path. */
  readonly name: string;
  /** Empty for `none`. */
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
  /** A message for the user if other weights than the requested ones are used. */
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
  const { tensors, metadata } = await (named
    ? readNamed(named, context)
    : readCheckpoint(await weightsFileAt(request)));
  return { name: request, tensors, metadata };
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

/** The path of the weights file for a name or a path. Fetches nothing. Throws a data error (exit 3) if there is none. */
export async function resolveWeightsFile(request: string): Promise<string> {
  const named = findNamed(request);
  if (!named) return await weightsFileAt(request);
  const found = await named.find();
  if (found !== undefined) return found;
  throw dataError(
    `The weights '${request}' are not on this machine.`,
    `Fetch them with: alexft weights fetch ${request}. Or ${named.byHand()}.`,
  );
}

/** The weights file at `path`: the file itself, or the model in a folder. */
async function weightsFileAt(path: string): Promise<string> {
  if (await stat(path).catch(() => undefined)) return await modelFileAt(path);
  throw dataError(
    `There are no weights '${printable(path)}'.`,
    'Specify a weights file, a model folder, or one of: imagenet, imagenet-features, none.',
  );
}
