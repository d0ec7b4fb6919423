// Reads a weights file of any supported format, which is detected by its content.

import { dataError, printable } from '../core/errors.js';
import type { Checkpoint, CheckpointFormat } from './checkpoint.js';
import { foreignFormat } from './foreignFormats.js';
import { type ByteSource, withFile } from './formats/byteSource.js';
import { parseSafetensors } from './formats/safetensors.js';
import { parseTorchOld } from './torch/torchOld.js';
import { parseTorchZip } from './torch/torchZip.js';

const readers: Readonly<Record<CheckpointFormat, (source: ByteSource, key?: string) => Promise<Checkpoint>>> =
  {
    safetensors: parseSafetensors,
    torch: parseTorchZip,
    'torch-old': parseTorchOld,
  };

/** `key`: where in the file the network is (selectTensors). Throws a data error (exit 3) if the file can't be read. */
export const readCheckpoint = (path: string, key?: string): Promise<Checkpoint> =>
  withFile(path, (source) => parseCheckpoint(source, key));

/** Like readCheckpoint, from any source. */
export async function parseCheckpoint(source: ByteSource, key?: string): Promise<Checkpoint> {
  return await readers[await formatOf(source)](source, key);
}

/**
 * The start of a pickle of protocol 2 (PyTorch's default) to 5 with PyTorch's magic number, 0x1950a86a20f9469cfc6c, as
 * a LONG1 of 10 bytes. From protocol 4 on it is in a FRAME, with a length of 8 bytes. In hexadecimal.
 */
const torchOldMagic = /^800[2-5](95.{16})?8a0a6cfc9c46f9206aa85019/;

/**
 * Detects the format by the first bytes; unknown content counts as safetensors, whose reader explains what is wrong.
 * Throws a data error (exit 3) for the tar format of PyTorch before 0.1.10, and for known formats of other programs.
 */
export async function formatOf(source: ByteSource): Promise<CheckpointFormat> {
  const start = Buffer.alloc(Math.min(512, source.size));
  await source.read(start, 0);
  if (start.toString('latin1', 0, 4) === 'PK\u0003\u0004') return 'torch';
  if (torchOldMagic.test(start.toString('hex', 0, 23))) return 'torch-old';
  if (start.toString('latin1', 257, 262) === 'ustar') throw tarFormat(source.name);
  const foreign = foreignFormat(start);
  if (foreign) {
    throw dataError(
      `Expected weights in '${printable(source.name)}' but found ${foreign.what}.`,
      foreign.hint,
    );
  }
  return 'safetensors';
}

const tarFormat = (name: string) =>
  dataError(
    `'${printable(name)}' is a tar, the format of PyTorch before 0.1.10 (2017), which is not supported.`,
    'Convert it with a current PyTorch: torch.save(torch.load(FILE, weights_only=False), "weights.pth"). This can run code in the file: do it only for files from a trusted source.',
  );
