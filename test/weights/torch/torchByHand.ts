// Files of torch.save written by hand, with whatever is wrong with them that a test wants.

import { crc32, deflateRawSync } from 'node:zlib';

export interface Member {
  readonly name: string;
  readonly contents: Buffer;
  readonly deflate?: boolean;
  /** What the zip claims, where that is not the truth. */
  readonly crc?: number;
  readonly size?: number;
  readonly packedSize?: number;
  readonly method?: number;
  readonly flags?: number;
  /** The member whose place this one takes: its own bytes are not written. */
  readonly over?: string;
  /** Added to its place. */
  readonly shift?: number;
}

export function zip(members: readonly Member[], entries = members.length): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const places = new Map<string, number>();
  let offset = 0;
  for (const member of members) {
    const { name, contents, crc = crc32(contents), size = contents.length, flags = 0 } = member;
    const packed = member.deflate ? deflateRawSync(contents) : contents;
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(member.method ?? (member.deflate ? 8 : 0), 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(member.packedSize ?? packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const position = Buffer.alloc(14);
    position.writeUInt32LE((member.over ? places.get(member.over)! : offset) + (member.shift ?? 0), 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, position, nameBytes);
    places.set(name, offset);
    if (member.over) continue;
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}

/** A tensor as a pickle describes it; by default, 4 values of float32 that are all of storage 0. */
export interface Described {
  readonly name?: string;
  readonly kind?: string;
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly stride?: readonly number[];
}

/** The pickle of a dict of tensors. */
export function stateDictPickle(tensors: readonly Described[]): Buffer {
  const parts: (Buffer | string)[] = [Buffer.from([0x80, 2]), '}('];
  for (const { name = 'a', kind = 'torch FloatStorage', key = '0', count = 4, ...view } of tensors) {
    const { offset = 0, shape = [4], stride = [1] } = view;
    parts.push(text(name), 'ctorch._utils\n_rebuild_tensor_v2\n(');
    parts.push(
      '(',
      text('storage'),
      `c${kind.replace(' ', '\n')}\n`,
      text(key),
      text('cpu'),
      int(count),
      'tQ',
    );
    parts.push(int(offset), tuple(shape), tuple(stride), Buffer.of(0x89), 'ccollections\nOrderedDict\n)RtR');
  }
  parts.push('u.');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
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

/** A file of torch.save with these tensors and members, storage 0 being four values. */
export function torchZip(tensors: readonly Described[], others: readonly Member[] = []): Buffer {
  const members = [
    { name: 'archive/data.pkl', contents: stateDictPickle(tensors) },
    { name: 'archive/data/0', contents: fourValues },
  ].filter(({ name }) => !others.some((other) => other.name === name));
  return zip([...members, ...others]);
}
