// The values of a tensor or a storage, as float32, out of the bytes of a file.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { type ByteSource, chunkBytes, type ReadNext } from './byteSource.js';
import { bytesPerValue, type FloatType, toFloat32 } from './floats.js';

/**
 * The next `count` values. float32 is read straight into the array's memory; of other types, a part of the bytes is
 * held at a time. `bigEndian`: the bytes of each value come in that order.
 */
export async function readValues(
  type: FloatType,
  count: number,
  readNext: ReadNext,
  bigEndian = false,
): Promise<Float32Array> {
  const values = new Float32Array(count);
  if (type === 'F32') {
    for (let at = 0; at < values.byteLength; at += chunkBytes) {
      const bytes = new Uint8Array(values.buffer, at, Math.min(chunkBytes, values.byteLength - at));
      await readNext(bytes);
      if (bigEndian) swapBytes(bytes, 4);
    }
    return values;
  }
  const width = bytesPerValue[type];
  const raw = new Uint8Array(Math.min(chunkBytes, count * width));
  for (let done = 0; done < count; ) {
    const part = raw.subarray(0, (count - done) * width);
    await readNext(part);
    if (bigEndian) swapBytes(part, width);
    const end = done + part.length / width;
    toFloat32(type, part, values.subarray(done, end));
    done = end;
  }
  return values;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

/** Beyond this, in bytes, whatever the file's size: AlexNet in float32 is an eighth of it. */
const most = 2 ** 31;

/**
 * Throws a data error (exit 3) where a file asks for more memory than it may. A tensor can be larger than what the file
 * has of it: packed, expanded by strides of 0, or one storage under many names. Weights make moderate use of that:
 * halves double, and each tensor is copied once, which makes 4 times the file; twice that is allowed.
 */
export function checkMemory(bytes: number, source: ByteSource): void {
  const allowed = Math.min(8 * source.size + 2 ** 20, most);
  if (!(bytes <= allowed)) throw tooMuch(bytes, allowed, source);
}

const tooMuch = (bytes: number, allowed: number, { name, size }: ByteSource): UserError =>
  dataError(
    `'${printable(name)}' has ${size} bytes, and its tensors would take ${bytes} in memory: more than the ${allowed} that are allowed.`,
    'It is damaged, made to do harm, or of a network far larger than AlexNet.',
  );
