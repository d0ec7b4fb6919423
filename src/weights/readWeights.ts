// A weights file of whatever format: which one it is, is told by its content.

import type { CheckpointFormat } from './kinds.js';
import { type Checkpoint, parseSafetensors } from './safetensors/safetensors.js';
import { type ByteSource, withFile } from './torch/byteSource.js';
import { parseTorchOld } from './torch/torchOld.js';
import { parseTorchTar } from './torch/torchTar.js';
import { parseTorchZip } from './torch/torchZip.js';

/** To add a format, it needs a reader here and its mark in formatOf. */
const readers: Readonly<Record<CheckpointFormat, (source: ByteSource) => Promise<Checkpoint>>> = {
  safetensors: parseSafetensors,
  torch: parseTorchZip,
  'torch-old': parseTorchOld,
  'torch-tar': parseTorchTar,
};

/** Reads a weights file. Throws a data error (exit 3) that names the file where it can't be read. */
export const readCheckpoint = (path: string): Promise<Checkpoint> => withFile(path, parseCheckpoint);

/** As readCheckpoint, from any source. */
export async function parseCheckpoint(source: ByteSource): Promise<Checkpoint> {
  return await readers[await formatOf(source)](source);
}

/**
 * A pickle of protocol 2 (torch's default) to 5 that begins with torch's magic number, 0x1950a86a20f9469cfc6c, as a LONG1
 * of 10 bytes; from protocol 4 on inside a FRAME, whose length is told in 8 bytes. In hexadecimal.
 */
const torchOldMark = /^800[2-5](95.{16})?8a0a6cfc9c46f9206aa85019/;

/** The format of a file by its first bytes. What is none of torch's is taken for safetensors. */
export async function formatOf(source: ByteSource): Promise<CheckpointFormat> {
  const start = Buffer.alloc(Math.min(512, source.size));
  await source.read(start, 0);
  if (start.toString('latin1', 0, 4) === 'PK\u0003\u0004') return 'torch';
  if (torchOldMark.test(start.toString('hex', 0, 23))) return 'torch-old';
  if (start.toString('latin1', 257, 262) === 'ustar') return 'torch-tar';
  return 'safetensors'; // if it is none, its reader says what is wrong
}
