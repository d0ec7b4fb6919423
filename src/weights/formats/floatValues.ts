// The floating-point types of weights files and their conversion to float32. Like the formats, it assumes a
// little-endian machine; TensorFlow.js runs on no other.

import { dataError, printable, type UserError } from '../../core/errors.js';
import type { FloatType } from '../checkpoint.js';
import { type ByteSource, chunkBytes, type ReadNext } from './byteSource.js';
import { fromHalf } from './float16.js';

export const bytesPerValue: Readonly<Record<FloatType, number>> = { F32: 4, F64: 8, F16: 2, BF16: 2 };

/**
 * Reads the next `count` values as float32. F32 is read directly into the result; other types are converted chunk by
 * chunk. `bigEndian`: the byte order of the values.
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

/** Converts the values in `bytes`, at any byte offset, to float32 and writes them to `into`. */
export function toFloat32(type: FloatType, bytes: Uint8Array, into: Float32Array): void {
  const width = bytesPerValue[type];
  const count = bytes.length / width;
  // A typed array must start at a multiple of its element size: unaligned bytes are copied.
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  switch (type) {
    case 'F32':
      into.set(new Float32Array(buffer, byteOffset, count));
      break;
    case 'F64':
      into.set(new Float64Array(buffer, byteOffset, count)); // rounds to nearest
      break;
    case 'F16': {
      const bits = new Uint16Array(buffer, byteOffset, count);
      for (let i = 0; i < count; i++) into[i] = fromHalf(bits[i]!);
      break;
    }
    case 'BF16': {
      // bfloat16 is the upper half of a float32.
      const bitsOfFloat32 = new Uint32Array(into.buffer, into.byteOffset, count);
      const bits = new Uint16Array(buffer, byteOffset, count);
      for (let i = 0; i < count; i++) bitsOfFloat32[i] = bits[i]! << 16;
    }
  }
}

/** The limit for files of any size, in bytes: 8 times the size of AlexNet in float32. */
const maxTensorBytes = 2 ** 31;

/**
 * Throws a data error (exit 3) if the tensors of a file need an implausible amount of memory. Tensors can be larger
 * than the file: compressed, expanded with strides of 0, or views of one storage under many names. Legitimate files
 * need up to 4 times their size (float16 doubles, and each tensor may be copied once); twice that is allowed.
 */
export function checkMemory(bytes: number, source: ByteSource): void {
  const allowed = Math.min(8 * source.size + 2 ** 20, maxTensorBytes);
  if (!(bytes <= allowed)) throw tooMuch(bytes, allowed, source);
}

const tooMuch = (bytes: number, allowed: number, { name, size }: ByteSource): UserError =>
  dataError(
    `'${printable(name)}' has ${size} bytes, but its tensors need ${bytes} bytes of memory, and at most ${allowed} are allowed.`,
    'The file is damaged, malicious, or belongs to a network much larger than AlexNet.',
  );
