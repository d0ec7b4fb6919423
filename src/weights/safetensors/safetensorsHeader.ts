// What the header of a safetensors file says, checked: a hostile or damaged header is refused before any tensor is read.
// The format: 8 bytes with the header's length, the header in JSON, the tensors' bytes without gaps.
// Source: huggingface/safetensors, README "Format" and safetensors/src/tensor.rs.

import { dataError, printable, reasonOf, type UserError } from '../../core/errors.js';
import { sizeOf } from '../../model/stateDict.js';
import { bytesPerValue, type FloatType } from '../torch/floats.js';
import { repeatedKey } from './repeatedKey.js';

/**
 * In bytes. AlexNet's header has 2,000, and 100,000 names of classes fit. The reference allows 100 MB, but JSON can take
 * a hundred times its length in memory.
 */
export const longestHeader = 4_000_000;

/** More dimensions than torch's own operators take. */
const mostDimensions = 64;

interface TensorEntry {
  readonly name: string;
  readonly type: FloatType;
  readonly shape: readonly number[];
  /** Where its bytes begin and end, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order in which their bytes follow each other. */
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Record<string, string>;
}

const refused = (file: string, what: string): UserError =>
  dataError(
    `'${printable(file)}' is not a safetensors file that can be read: ${what}.`,
    'Fetch or save the file again: safetensors and files of torch.save are read.',
  );

/** The header's length from the file's first 8 bytes. `size`: the whole file's. */
export function headerLength(start: Buffer, size: number, file: string): number {
  if (start.length < 8) {
    throw refused(file, `it has ${start.length} bytes, and its header's length alone takes 8`);
  }
  const length = start.readBigUInt64LE();
  if (length > longestHeader) {
    throw refused(
      file,
      `its header claims ${length} bytes, and the most is ${longestHeader}: it is damaged, or another format`,
    );
  }
  if (8 + Number(length) > size) {
    throw refused(
      file,
      `its header claims ${length} bytes, and ${size - 8} follow: it was cut short, or is another format`,
    );
  }
  return Number(length);
}

/** Reads the header's JSON. `dataBytes`: how many bytes follow it in the file. */
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
  let repeated: string | undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    repeated = repeatedKey(text);
  } catch (error) {
    throw refused(file, `its header is not JSON in UTF-8 (${printable(reasonOf(error))})`);
  }
  if (!isObject(value)) throw refused(file, 'its header is not a JSON object');
  if (repeated !== undefined) throw refused(file, `its header has ${shownName(repeated)} twice`);
  return value;
}

function checkMetadata(value: unknown, file: string): Record<string, string> {
  if (isObject(value) && Object.values(value).every((each) => typeof each === 'string')) {
    return value as Record<string, string>;
  }
  throw refused(file, `its __metadata__ is not an object of strings`);
}

function checkEntry(name: string, value: unknown, file: string): TensorEntry {
  const wrong = (what: string) => refused(file, `its tensor ${shownName(name)} ${what}`);
  if (!isObject(value)) throw wrong('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerValue, dtype)) {
    throw wrong(
      `has the type ${shown(dtype)}, and only ${Object.keys(bytesPerValue).join(', ')} can be read`,
    );
  }
  if (!isListOfCounts(shape) || shape.length > mostDimensions || !Number.isSafeInteger(sizeOf(shape))) {
    throw wrong(`has the shape ${shown(shape)}`);
  }
  if (!isListOfCounts(offsets) || offsets.length !== 2) throw wrong(`has the offsets ${shown(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const type = dtype as FloatType;
  const needed = sizeOf(shape) * bytesPerValue[type];
  if (end - begin !== needed) {
    throw wrong(`has ${end - begin} bytes, and its shape [${shape}] in ${type} takes ${needed}`);
  }
  return { name, type, shape, begin, end };
}

/** Every byte after the header has to belong to one tensor. */
function checkLayout(tensors: readonly TensorEntry[], dataBytes: number, file: string): void {
  let position = 0;
  for (const { name, begin, end } of tensors) {
    if (begin < position) throw refused(file, `its tensor ${shownName(name)} overlaps the one before it`);
    if (begin > position) {
      throw refused(file, `${begin - position} bytes before its tensor ${shownName(name)} belong to none`);
    }
    position = end;
  }
  if (dataBytes < position) {
    throw refused(file, `its tensors take ${position} bytes, and it has ${dataBytes}: it was cut short`);
  }
  if (dataBytes > position)
    throw refused(file, `${dataBytes - position} bytes at its end belong to no tensor`);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isListOfCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const shownName = (name: string): string => `'${printable(name.slice(0, 100))}'`;

/** The beginning of a value from the header, if it is a simple one. */
function shown(value: unknown): string {
  const list = Array.isArray(value) ? value : [value];
  // A value inside a value inside ... can be nested deeper than JSON.stringify goes.
  if (list.some((each) => typeof each === 'object' && each !== null)) return '{..}';
  return printable((JSON.stringify(value) ?? 'nothing').slice(0, 60));
}
