// safetensors files: a state dict and some words about it. Read and written tensor by tensor, so that beside the
// tensors themselves next to no memory is needed.

import { open } from 'node:fs/promises';
import { dataError } from '../../core/errors.js';
import { writeAtomically } from '../../io/atomic.js';
import { FileWriter } from '../../io/fileWriter.js';
import { type FilePart, type OnBytes, writeInThread } from '../../io/writerThread.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import { type ByteSource, readFrom, withFile } from '../torch/byteSource.js';
import type { FloatType } from '../torch/floats.js';
import { checkMemory, readValues } from '../torch/storageValues.js';
import { headerLength, longestHeader, parseHeader } from './safetensorsHeader.js';

/** What a weights file holds, whatever its format. */
export interface Checkpoint {
  readonly tensors: StateDict;
  readonly metadata: Record<string, string>;
  /** The type that each tensor has in the file: in memory all are float32. */
  readonly types: ReadonlyMap<string, FloatType>;
}

/**
 * Reads a safetensors file. F16, BF16 and F64 become float32. Throws a data error (exit 3) that names the file, and
 * the tensor, where anything in it is not as the format has it.
 */
export const readSafetensors = (path: string): Promise<Checkpoint> => withFile(path, parseSafetensors);

/** As readSafetensors, from any source. */
export async function parseSafetensors(source: ByteSource): Promise<Checkpoint> {
  const { name, size } = source;
  const start = Buffer.alloc(Math.min(8, size));
  await source.read(start, 0);
  const length = headerLength(start, size, name);
  const header = new Uint8Array(length);
  await source.read(header, 8);
  const data = 8 + length;
  const { tensors: entries, metadata } = parseHeader(header, size - data, name);
  checkMemory(4 * entries.reduce((sum, { shape }) => sum + sizeOf(shape), 0), source);
  const tensors: StateDict = new Map();
  for (const { name, type, shape, begin } of entries) {
    const values = await readValues(type, sizeOf(shape), readFrom(source, data + begin));
    tensors.set(name, { shape, data: values });
  }
  return { tensors, metadata, types: new Map(entries.map(({ name, type }) => [name, type])) };
}

/**
 * Writes a safetensors file, whole or not at all, in float32. `metadata` gets `format: 'pt'`. Throws a data error (exit
 * 3) for names that the format has no place for, and the system's error where the file can't be written.
 */
export async function writeSafetensors(
  path: string,
  tensors: StateDict,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header = headerOf(tensors, metadata);
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    const file = new FileWriter(handle);
    try {
      for (const { bytes } of partsOf(header, tensors)) await file.write(bytes);
    } finally {
      await file.end().finally(() => handle.close());
    }
  });
}

/**
 * As writeSafetensors, in a thread beside this one, for tensors that are still to be copied out of an engine. Gives the
 * file's SHA-256.
 */
export async function writeSafetensorsBeside(
  path: string,
  tensors: StateDict,
  metadata: Readonly<Record<string, string>>,
  onBytes?: OnBytes,
): Promise<string> {
  const header = headerOf(tensors, metadata);
  let sha256 = '';
  await writeAtomically(path, async (temporary) => {
    sha256 = await writeInThread(temporary, partsOf(header, tensors), onBytes);
  });
  return sha256;
}

/** A file's parts, in order; each tensor is asked for its values when its turn comes. */
function* partsOf(header: Uint8Array, tensors: StateDict): Generator<FilePart> {
  yield { bytes: header, owned: false };
  for (const [name, tensor] of tensors) {
    const { shape, data, isCopy = false } = tensor;
    if (data.length !== sizeOf(shape)) {
      throw new Error(`The tensor '${name}' with ${data.length} values can't be written as [${shape}]`);
    }
    yield { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), owned: isCopy };
  }
}

/** Tells other readers that names and layout are PyTorch's. */
const torchLayout = { format: 'pt' };

function headerOf(tensors: StateDict, given: Readonly<Record<string, string>>): Uint8Array {
  const metadata = { ...torchLayout, ...given, ...torchLayout }; // first, and whatever else it says
  const fields = [`"__metadata__":${JSON.stringify(metadata)}`];
  let begin = 0;
  for (const [name, { shape }] of tensors) {
    if (name === '__metadata__') {
      throw dataError(`In a safetensors file, no tensor can have the name '${name}'.`, 'Write it as .pth.');
    }
    const end = begin + sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    const entry = { dtype: 'F32', shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    begin = end;
  }
  const json = Buffer.from(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8; // the reference pads with spaces, so that the tensors are aligned
  if (length > longestHeader) {
    throw dataError(
      `The names of the tensors and the metadata take ${length} bytes, and a safetensors file can have ${longestHeader}.`,
      'Shorten the names.',
    );
  }
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, 8);
  return bytes;
}
