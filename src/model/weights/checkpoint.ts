// A weights file of whatever format: which one it is, is told by its content.

import { open } from 'node:fs/promises';
import { dataError, printable, reasonOf } from '../../errors.js';
import { type Checkpoint, readSafetensors } from './safetensors.js';

/** `torch`: what torch.save writes since 1.6, a zip. `torch-old`: what it wrote before. */
export type CheckpointFormat = 'safetensors' | 'torch' | 'torch-old';

/** A format is known to alexft where it has a reader here: that is all there is to do to add one. */
const readers: Partial<Record<CheckpointFormat, (path: string) => Promise<Checkpoint>>> = {
  safetensors: readSafetensors,
};

export const canRead = (format: CheckpointFormat): boolean => format in readers;

/** Reads a weights file. Throws a data error (exit 3) that names the file where it can't be read. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const format = await formatOf(path);
  const reader = readers[format];
  if (reader) return await reader(path);
  throw dataError(
    `'${printable(path)}' is a file of torch.save, which this version of alexft can't read.`,
    'Convert it in Python: safetensors.torch.save_file(torch.load(FILE, weights_only=True), "weights.safetensors")',
  );
}

async function formatOf(path: string): Promise<CheckpointFormat> {
  const start = Buffer.alloc(16);
  try {
    const handle = await open(path, 'r');
    await handle.read(start, 0, start.length, 0).finally(() => handle.close());
  } catch (error) {
    throw dataError(`Can't read '${printable(path)}': ${printable(reasonOf(error))}.`, undefined, error);
  }
  if (start.toString('latin1', 0, 4) === 'PK\u0003\u0004') return 'torch';
  // A pickle of protocol 2 that begins with torch's magic number, 0x1950a86a20f9469cfc6c, as a LONG1 of 10 bytes.
  if (start.toString('hex', 0, 14) === '80028a0a6cfc9c46f9206aa85019') return 'torch-old';
  return 'safetensors'; // if it is none, its reader says what is wrong
}
