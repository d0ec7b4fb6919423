// What `--weights` may say: the name of a file that is fetched once and kept, `none`, or a path.

import { stat } from 'node:fs/promises';
import { dataError, printable, UserError } from '../core/errors.js';
import type { StateDict } from '../model/stateDict.js';
import { modelFileAt } from './modelFile.js';
import { findNamed, imagenetFeatures, readNamed, type WeightsContext } from './namedWeights.js';
import { readCheckpoint } from './readWeights.js';

export interface Weights {
  /** What was taken: `imagenet`, `imagenet-features`, `none`, or the path that was asked for. */
  readonly name: string;
  /** Empty for `none`. */
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
  /** For the user, where it is not what was asked for. */
  readonly note?: string;
}

/**
 * Provides what a training starts from: `imagenet` (all layers; where that can't be had, `imagenet-features`, with a
 * note that says why), `none`, or what exactWeights takes. Throws as that does.
 */
export async function resolveWeights(request: string, context: WeightsContext): Promise<Weights> {
  if (request === 'none') return { name: 'none', tensors: new Map(), metadata: {} };
  try {
    return await (request === 'imagenet' ? imagenetOrFeatures(context) : exactWeights(request, context));
  } catch (error) {
    if (!(error instanceof UserError) || !findNamed(request)) throw error;
    const hint = [error.hint, 'Or start without: --weights none'].filter(Boolean).join(' ');
    throw dataError(error.message, hint, error);
  }
}

/**
 * Provides the weights with a name, of a file, or in a model's folder; no others in their place. Throws a data error
 * (exit 3) where they can't be had or used.
 */
export async function exactWeights(request: string, context: WeightsContext): Promise<Weights> {
  const named = findNamed(request);
  const { tensors, metadata } = await (named
    ? readNamed(named, context)
    : readCheckpoint(await weightsFileAt(request)));
  return { name: request, tensors, metadata };
}

async function imagenetOrFeatures(context: WeightsContext): Promise<Weights> {
  let why: string;
  try {
    return await exactWeights('imagenet', context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    why = error.message;
  }
  const note = `${why.replace(/\.$/, '')}. Taking 'imagenet-features' in place of 'imagenet': the five convolutions; the classifier starts fresh.`;
  return { ...(await exactWeights(imagenetFeatures.name, context)), note };
}

/** The file that `path` means: itself, or a model's in the folder that it is. */
export async function weightsFileAt(path: string): Promise<string> {
  if (await stat(path).catch(() => undefined)) return await modelFileAt(path);
  throw dataError(
    `There are no weights '${printable(path)}'.`,
    'Name a weights file or the folder of a model, or one of: imagenet, imagenet-features, none.',
  );
}
