// safetensors files: a state dict with metadata. Read and written tensor by tensor, to need little memory besides the
// tensors themselves.

import { open } from 'node:fs/promises';
import { dataError } from '../../core/errors.js';
import { writeAtomically } from '../../io/atomic.js';
import { FileWriter } from '../../io/fileWriter.js';
import { type FilePart, type OnBytes, writeInThread } from '../../io/writerThread.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import type { Checkpoint } from '../checkpoint.js';
import { selectTensors } from '../selectTensors.js';
import { type ByteSource, readFrom, withFile } from './byteSource.js';
import { checkMemory, readValues } from './floatValues.js';
import { headerLength, maxHeaderBytes, parseHeader, type TensorEntry } from './safetensorsHeader.js';

/**
 * Reads every tensor of a safetensors file under its own name; F16, BF16 and F64 are converted to float32. Throws a
 * data error (exit 3) with the file, and the tensor if any, that violates the format.
 */
export const readSafetensors = (path: string): Promise<Checkpoint> =>
  withFile(path, (source) => parseSelected(source, (tensors) => ({ tensors })));

/** Like readSafetensors, from any source and only the network in it, with torchvision's names. `key`: its prefix. */
export const parseSafetensors = (source: ByteSource, key?: string): Promise<Checkpoint> =>
  parseSelected(source, (tensors) => selectTensors([{ path: '', tensors }], source.name, key));

type Entries = ReadonlyMap<string, TensorEntry>;

async function parseSelected(
  source: ByteSource,
  select: (entries: Entries) => { tensors: Entries; note?: string },
): Promise<Checkpoint> {
  const { name, size } = source;
  const start = Buffer.alloc(Math.min(8, size));
  await source.read(start, 0);
  const length = headerLength(start, size, name);
  const header = new Uint8Array(length);
  await source.read(header, 8);
  const data = 8 + length;
  const { tensors: entries, metadata } = parseHeader(header, size - data, name);
  const { tensors: selected, note } = select(new Map(entries.map((entry) => [entry.name, entry])));
  checkMemory(4 * [...selected.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0), source);
  const tensors: StateDict = new Map();
  for (const [name, { type, shape, begin }] of selected) {
    const values = await readValues(type, sizeOf(shape), readFrom(source, data + begin));
    tensors.set(name, { shape, data: values });
  }
  const types = new Map([...selected].map(([name, { type }]) => [name, type]));
  return { tensors, metadata, types, ...(note !== undefined && { note }) };
}

/**
 * Writes a safetensors file in float32, atomically. `metadata` gets `format: 'pt'`. Throws a data error (exit 3) for
 * names that the format can't hold, and the system error if the file can't be written.
 */
export async function writeSafetensors(
  path: string,
  tensors: StateDict,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header = createHeader(tensors, metadata);
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    const file = new FileWriter(handle);
    try {
      for (const { bytes } of fileParts(header, tensors)) await file.write(bytes);
    } finally {
      await file.end().finally(() => handle.close());
    }
  });
}

/**
 * Like writeSafetensors, in a worker thread, for tensors that are copied out of an engine one by one. Returns the
 * SHA-256 of the file.
 */
export async function writeSafetensorsBeside(
  path: string,
  tensors: StateDict,
  metadata: Readonly<Record<string, string>>,
  onBytes?: OnBytes,
): Promise<string> {
  const header = createHeader(tensors, metadata);
  let sha256 = '';
  await writeAtomically(path, async (temporary) => {
    sha256 = await writeInThread(temporary, fileParts(header, tensors), onBytes);
  });
  return sha256;
}

/** The parts of a file in order. Accesses the values of each tensor only when it is reached. */
function* fileParts(header: Uint8Array, tensors: StateDict): Generator<FilePart> {
  yield { bytes: header, owned: false };
  for (const [name, tensor] of tensors) {
    const owned = tensor.pieces !== undefined;
    let length = 0;
    for (const { buffer, byteOffset, byteLength } of tensor.pieces?.() ?? [tensor.data]) {
      yield { bytes: new Uint8Array(buffer, byteOffset, byteLength), owned };
      length += byteLength / Float32Array.BYTES_PER_ELEMENT;
    }
    const expected = sizeOf(tensor.shape);
    if (length !== expected) {
      throw new Error(`Expected ${expected} values for '${name}' [${tensor.shape}] but received ${length}`);
    }
  }
}

/** Marks names and layout as PyTorch's for other readers. */
const pyTorchFormat = { format: 'pt' };

function createHeader(tensors: StateDict, given: Readonly<Record<string, string>>): Uint8Array {
  const metadata = { ...pyTorchFormat, ...given, ...pyTorchFormat }; // the first key, and never overridden
  const fields = [`"__metadata__":${JSON.stringify(metadata)}`];
  let begin = 0;
  for (const [name, { shape }] of tensors) {
    if (name === '__metadata__') {
      throw dataError(
        `A tensor in a safetensors file can't be named '${name}'.`,
        'Write a .pth file instead.',
      );
    }
    const end = begin + sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    const entry = { dtype: 'F32', shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    begin = end;
  }
  const json = Buffer.from(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8; // padded with spaces like the reference, to align the tensors
  if (length > maxHeaderBytes) {
    throw dataError(
      `Expected at most ${maxHeaderBytes} bytes for the names and metadata of a safetensors file but received ${length}.`,
      'Shorten the names.',
    );
  }
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, 8);
  return bytes;
}
