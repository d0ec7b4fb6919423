// Handwritten PyTorch files, with the defects that tests need.

import { crc32, deflateRawSync } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly contents: Buffer;
  readonly deflate?: boolean;
  /** Wrong values for the headers. */
  readonly crc?: number;
  readonly size?: number;
  readonly packedSize?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Points to the bytes of this entry instead of writing its own. */
  readonly over?: string;
  /** Added to the offset. */
  readonly shift?: number;
}

export function zip(entries: readonly Entry[], entryCount = entries.length): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets = new Map<string, number>();
  let offset = 0;
  for (const entry of entries) {
    const { name, contents, crc = crc32(contents), size = contents.length, flags = 0 } = entry;
    const packed = entry.deflate ? deflateRawSync(contents) : contents;
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(entry.method ?? (entry.deflate ? 8 : 0), 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(entry.packedSize ?? packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const position = Buffer.alloc(14);
    position.writeUInt32LE((entry.over ? offsets.get(entry.over)! : offset) + (entry.shift ?? 0), 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, position, nameBytes);
    offsets.set(name, offset);
    if (entry.over) continue;
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entryCount, 8);
  end.writeUInt16LE(entryCount, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}

/** The description of a tensor in a pickle. Default: all 4 float32 values of storage 0. */
export interface Described {
  readonly name?: string;
  /** How the tensor is pickled. Default: as in current versions of PyTorch. The others are from versions before 0.4. */
  readonly form?: 'current' | 'two steps' | 'parameter';
  readonly kind?: string;
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly stride?: readonly number[];
}

/** The pickle of a dict of tensors. */
export function stateDictPickle(tensors: readonly Described[]): Buffer {
  const items = tensors.flatMap(({ name = 'a', form = 'current', ...described }) => [
    text(name),
    ...tensorForms[form](described),
  ]);
  return bytesOf([Buffer.from([0x80, 2]), '}(', ...items, 'u.']);
}

type Part = Buffer | string;

const bytesOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

const tensorForms: Record<NonNullable<Described['form']>, (tensor: Described) => Part[]> = {
  current: (tensor) => [
    'ctorch._utils\n_rebuild_tensor_v2\n(',
    ...viewParts(tensor),
    Buffer.of(0x89), // requires_grad: False
    'ccollections\nOrderedDict\n)RtR',
  ],
  'two steps': (tensor) => ['ctorch\nFloatTensor\n)R(', ...viewParts(tensor), 'tb'],
  parameter: (tensor) => [
    'ctorch.nn.parameter\nParameter\n(',
    ...tensorForms.current(tensor),
    'tR(',
    Buffer.of(0x88, 0x89), // requires_grad: True, volatile: False
    'ccollections\nOrderedDict\n)Rtb',
  ],
};

/** Storage, offset, size and stride. */
function viewParts({ kind = 'torch FloatStorage', key = '0', count = 4, ...view }: Described): Part[] {
  const { offset = 0, shape = [4], stride = [1] } = view;
  const id = [text('storage'), `c${kind.replace(' ', '\n')}\n`, text(key), text('cpu'), int(count)];
  return ['(', ...id, 'tQ', int(offset), tuple(shape), tuple(stride)];
}

/** BINUNICODE */
function text(value: string): Buffer {
  const length = Buffer.alloc(5, 'X');
  length.writeUInt32LE(Buffer.byteLength(value), 1);
  return Buffer.concat([length, Buffer.from(value)]);
}

/** LONG1 of 8 bytes */
function int(value: number): Buffer {
  const bytes = Buffer.from([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

const tuple = (values: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('('), ...values.map(int), Buffer.from('t')]);

export const fourValues = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);

/** A PyTorch file with these tensors and entries. Storage 0 contains four values. */
export function torchZip(tensors: readonly Described[], others: readonly Entry[] = []): Buffer {
  const entries = [
    { name: 'archive/data.pkl', contents: stateDictPickle(tensors) },
    { name: 'archive/data/0', contents: fourValues },
  ].filter(({ name }) => !others.some((other) => other.name === name));
  return zip([...entries, ...others]);
}
