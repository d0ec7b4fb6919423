// Parses and validates the header of a safetensors file before any tensor is read.
// Format: 8 bytes with the length of the header, the header in JSON, the bytes of the tensors without gaps.
// Source: huggingface/safetensors, README "Format" and safetensors/src/tensor.rs.

import { dataError, printable, quoted, reasonOf, type UserError } from '../../core/errors.js';
import { sizeOf } from '../../model/stateDict.js';
import type { FloatType } from '../checkpoint.js';
import { bytesPerValue } from './floatValues.js';

/**
 * AlexNet's header has 2,000 bytes, and 100,000 class names fit. The reference allows 100 MB, but parsed JSON can take
 * a hundred times its length in memory.
 */
export const maxHeaderBytes = 4_000_000;

/** The limit of PyTorch's operators. */
const maxDimensions = 64;

export interface TensorEntry {
  readonly name: string;
  readonly type: FloatType;
  readonly shape: readonly number[];
  /** Byte offsets, relative to the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Record<string, string>;
}

const invalid = (file: string, problem: string): UserError =>
  dataError(
    `'${printable(file)}' is not a valid safetensors file: ${problem}.`,
    'Download or save the file again. Supported formats: safetensors, and torch.save of PyTorch 0.1.10 and later.',
  );

/** The header's length, from the first 8 bytes of the file. `size`: of the whole file, in bytes. */
export function headerLength(start: Buffer, size: number, file: string): number {
  if (start.length < 8) throw invalid(file, `expected at least 8 bytes, found ${start.length}`);
  const length = start.readBigUInt64LE();
  if (length > maxHeaderBytes) {
    throw invalid(
      file,
      `expected a header of at most ${maxHeaderBytes} bytes, found a length of ${length}: the file is damaged or in another format`,
    );
  }
  if (8 + Number(length) > size) {
    throw invalid(
      file,
      `expected a header of ${length} bytes, found ${size - 8}: the file was truncated or is in another format`,
    );
  }
  return Number(length);
}

/** Parses the JSON of the header. `dataBytes`: the number of bytes after it. */
export function parseHeader(bytes: Uint8Array, dataBytes: number, file: string): Header {
  const json = parseObject(bytes, file);
  const tensors: TensorEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = checkMetadata(value, file);
    else tensors.push(checkEntry(name, value, file));
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkLayout(tensors, dataBytes, file);
  return { tensors, metadata };
}

function parseObject(bytes: Uint8Array, file: string): object {
  let value: unknown;
  let duplicate: string | undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    duplicate = duplicateKey(text);
  } catch (error) {
    throw invalid(file, `its header is not JSON in UTF-8 (${printable(reasonOf(error))})`);
  }
  if (!isObject(value)) throw invalid(file, 'its header is not a JSON object');
  if (duplicate !== undefined) throw invalid(file, `its header has the key ${quoted(duplicate)} twice`);
  return value;
}

/** The first duplicate key of an object in `json`. JSON.parse would take the last value, other readers the first. */
function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string] of json.matchAll(
    /("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g,
  )) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (string !== undefined) {
      const key = JSON.parse(string) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

function checkMetadata(value: unknown, file: string): Record<string, string> {
  if (isObject(value) && Object.values(value).every((each) => typeof each === 'string')) {
    return value as Record<string, string>;
  }
  throw invalid(file, `its __metadata__ is not an object of strings`);
}

function checkEntry(name: string, value: unknown, file: string): TensorEntry {
  const wrong = (problem: string) => invalid(file, `tensor ${quoted(name)} ${problem}`);
  if (!isObject(value)) throw wrong('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerValue, dtype)) {
    throw wrong(`has the type ${shown(dtype)}, expected ${Object.keys(bytesPerValue).join(', ')}`);
  }
  if (!isCounts(shape) || shape.length > maxDimensions || !Number.isSafeInteger(sizeOf(shape))) {
    throw wrong(`has the invalid shape ${shown(shape)}`);
  }
  if (!isCounts(offsets) || offsets.length !== 2) throw wrong(`has the invalid offsets ${shown(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const type = dtype as FloatType;
  const expected = sizeOf(shape) * bytesPerValue[type];
  if (end - begin !== expected) {
    throw wrong(`has ${end - begin} bytes, expected ${expected} for the shape [${shape}] in ${type}`);
  }
  return { name, type, shape, begin, end };
}

/** Every byte after the header must belong to exactly one tensor. */
function checkLayout(tensors: readonly TensorEntry[], dataBytes: number, file: string): void {
  let position = 0;
  for (const { name, begin, end } of tensors) {
    if (begin < position) throw invalid(file, `tensor ${quoted(name)} overlaps the previous one`);
    if (begin > position)
      throw invalid(file, `there is a gap of ${begin - position} bytes before tensor ${quoted(name)}`);
    position = end;
  }
  if (dataBytes < position) {
    throw invalid(file, `expected ${position} bytes of tensors, found ${dataBytes}: the file was truncated`);
  }
  if (dataBytes > position) throw invalid(file, `there are ${dataBytes - position} extra bytes at its end`);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** The start of a JSON value, if it is simple. */
function shown(value: unknown): string {
  const list = Array.isArray(value) ? value : [value];
  // JSON.stringify overflows the stack on deeply nested values.
  if (list.some((each) => typeof each === 'object' && each !== null)) return '{..}';
  return printable((JSON.stringify(value) ?? 'nothing').slice(0, 60));
}
