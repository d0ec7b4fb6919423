// safetensors files: a state dict and some words about it. Read and written tensor by tensor, so that beside the
// tensors themselves next to no memory is needed.

import { type FileHandle, open } from 'node:fs/promises';
import { dataError, printable, reasonOf } from '../../errors.js';
import { writeAtomically } from '../../fetch/atomic.js';
import { type StateDict, sizeOf } from '../stateDict.js';
import { bytesPerValue, toFloat32 } from './floats.js';
import { headerLength, longestHeader, parseHeader, type TensorEntry } from './safetensorsHeader.js';

/** What a weights file holds, whatever its format. */
export interface Checkpoint {
  readonly tensors: StateDict;
  readonly metadata: Record<string, string>;
}

/** Read and written at once, in bytes: a multiple of every type's size. */
const chunk = 1 << 24;

/**
 * Reads a safetensors file. F16, BF16 and F64 become float32. Throws a data error (exit 3) that names the file, and
 * the tensor, where anything in it is not as the format has it.
 */
export async function readSafetensors(path: string): Promise<Checkpoint> {
  const handle = await open(path, 'r').catch((error) => {
    throw dataError(`Can't read '${printable(path)}': ${printable(reasonOf(error))}.`, undefined, error);
  });
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(Math.min(8, size));
    await fill(handle, start, 0, path);
    const length = headerLength(start, size, path);
    const header = new Uint8Array(length);
    await fill(handle, header, 8, path);
    const data = 8 + length;
    const { tensors: entries, metadata } = parseHeader(header, size - data, path);
    const tensors: StateDict = new Map();
    for (const entry of entries) {
      tensors.set(entry.name, { shape: entry.shape, data: await readTensor(handle, entry, data, path) });
    }
    return { tensors, metadata };
  } finally {
    await handle.close();
  }
}

async function readTensor(
  handle: FileHandle,
  { type, shape, begin, end }: TensorEntry,
  data: number,
  path: string,
): Promise<Float32Array> {
  const values = new Float32Array(sizeOf(shape));
  if (type === 'F32') {
    await fill(handle, new Uint8Array(values.buffer), data + begin, path);
    return values;
  }
  for (let at = begin, done = 0; at < end; at += chunk) {
    const raw = new Uint8Array(Math.min(chunk, end - at));
    await fill(handle, raw, data + at, path);
    const count = raw.length / bytesPerValue[type];
    toFloat32(type, raw, values.subarray(done, done + count));
    done += count;
  }
  return values;
}

/** Reads as many bytes as `into` takes, from `position` in the file. */
async function fill(handle: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const length = Math.min(chunk, into.length - done);
    const { bytesRead } = await handle.read(into, done, length, position + done).catch((error) => {
      throw dataError(`Can't read '${printable(path)}': ${printable(reasonOf(error))}.`, undefined, error);
    });
    if (bytesRead === 0) throw dataError(`'${printable(path)}' became shorter while it was read.`);
    done += bytesRead;
  }
}

/**
 * Writes a safetensors file, whole or not at all, in float32. `metadata` gets `format: 'pt'`, which tells other
 * readers that names and layout are PyTorch's. Throws the system's error where the file can't be written.
 */
export async function writeSafetensors(
  path: string,
  tensors: StateDict,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header = headerOf(tensors, { format: 'pt', ...metadata });
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    try {
      await writeAll(handle, header);
      for (const { data } of tensors.values()) {
        await writeAll(handle, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
    } finally {
      await handle.close();
    }
  });
}

function headerOf(tensors: StateDict, metadata: Readonly<Record<string, string>>): Uint8Array {
  const fields = [`"__metadata__":${JSON.stringify(metadata)}`];
  let begin = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__' || data.length !== sizeOf(shape)) {
      throw new Error(`The tensor '${name}' with ${data.length} values can't be written as [${shape}]`);
    }
    const end = begin + data.byteLength;
    const entry = { dtype: 'F32', shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    begin = end;
  }
  const json = Buffer.from(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8; // the reference pads with spaces, so that the tensors are aligned
  if (length > longestHeader) throw new Error(`A header of ${length} bytes is more than safetensors allows`);
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, 8);
  return bytes;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, Math.min(chunk, bytes.length - done));
    done += bytesWritten;
  }
}
