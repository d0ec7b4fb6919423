// Protocol buffers' wire format, for the messages of ONNX, TensorFlow and TensorBoard. A message is a list of parts: a
// file of hundreds of megabytes is written without copies of its tensors. Source:
// protobuf.dev/programming-guides/encoding.

import { open } from 'node:fs/promises';
import { FileWriter } from './fileWriter.js';

/** Bytes that are made when they are written. */
export interface LazyBytes {
  readonly byteLength: number;
  read(): Uint8Array;
}

type Part = Uint8Array | LazyBytes;

/** One field of a message, or several. */
export type Fields = readonly Part[];

const wireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** int32, int64, bool and enum. */
export const integer = (field: number, value: number): Fields => [tag(field, 'varint'), varint(value)];

export function double(field: number, value: number): Fields {
  const data = Buffer.alloc(8);
  data.writeDoubleLE(value);
  return [tag(field, 'fixed64'), data];
}

export function float(field: number, value: number): Fields {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value);
  return [tag(field, 'fixed32'), data];
}

export const text = (field: number, value: string): Fields => bytes(field, Buffer.from(value));

export const bytes = (field: number, value: Part): Fields => message(field, [value]);

/** A message in a field. A map is a repeated message with the key in field 1 and the value in field 2. */
export function message(field: number, ...content: readonly Fields[]): Fields {
  const parts = content.flat();
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [tag(field, 'lengthDelimited'), varint(length), ...parts];
}

const tag = (field: number, type: keyof typeof wireType): Uint8Array => varint((field << 3) | wireType[type]);

/** Negative numbers are written in two's complement of 64 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.of(...bytes, Number(rest));
}

/** A small message in memory. */
export const encoded = (fields: Fields): Buffer =>
  Buffer.concat(fields.map((part) => (part instanceof Uint8Array ? part : part.read())));

/** Writes a message to the new file `path`. Throws the system's error. */
export async function writeMessage(path: string, fields: Fields): Promise<void> {
  const handle = await open(path, 'wx');
  const file = new FileWriter(handle);
  try {
    for (const part of fields) await file.write(part instanceof Uint8Array ? part : part.read());
  } finally {
    await file.end().finally(() => handle.close());
  }
}
