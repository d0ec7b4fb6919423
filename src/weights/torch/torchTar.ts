// What torch.save wrote before 0.1.10: a tar of three members, the storages, the tensors over them, and the pickle, which
// names tensors and storages by number. torchvision's first file of AlexNet (alexnet-owt-4df8aa71.pth) is one.
// Source: torch/serialization.py, `legacy_load` in `_legacy_load`.

import { type UnpickleOptions, unpickleAt } from '../pickle/pickle.js';
import type { Checkpoint } from '../safetensors/safetensors.js';
import { parseTarHeader, tarBlock } from '../tarMember.js';
import { damaged } from '../zip/zipMembers.js';
import { type ByteSource, readFrom } from './byteSource.js';
import { readValues } from './storageValues.js';
import { isStorageKind, torchGlobals } from './torchGlobals.js';
import { readStateDict } from './torchStateDict.js';
import {
  isCount,
  rebuildTensor,
  TorchStorage,
  TorchStorageView,
  type TorchTensor,
  widthOf,
} from './torchTensor.js';

/** More storages and tensors than any network of that time has. */
const most = 10_000;

/** What the file's numbers stand for. */
type Objects = Map<unknown, TorchStorage | TorchStorageView | TorchTensor>;

/**
 * Reads the state dict in a file of torch.save before 0.1.10. Throws a data error (exit 3) on anything that is damaged,
 * unknown or not allowed.
 */
export async function parseTorchTar(source: ByteSource): Promise<Checkpoint> {
  const members = await tarMembers(source);
  const memberAt = (name: string): ByteSource => {
    const member = members.get(name);
    if (!member) throw damaged(source, `it has no member '${name}'`);
    return part(source, member.begin, member.bytes);
  };
  const objects: Objects = new Map();
  const options = { file: source.name, ...torchGlobals(source.name) };
  const storages = memberAt('storages');
  const places = await readStorages(storages, objects, options);
  await readTensors(memberAt('tensors'), objects, options);
  const persistentLoad = (id: unknown) => {
    const object = typeof id === 'string' ? objects.get(Number(id)) : undefined;
    if (object) return object;
    throw damaged(source, 'its pickle names a tensor that is not there');
  };
  const { value: root } = await unpickleAt(memberAt('pickle'), 0, { ...options, persistentLoad });
  return await readStateDict(root, source, (storage, floatType) =>
    readValues(floatType, storage.count, readFrom(storages, places.get(storage)!)),
  );
}

/** Each storage: (number, location, kind), how many values it has in 8 bytes, the values. Then the parts of them. */
async function readStorages(
  source: ByteSource,
  objects: Objects,
  options: UnpickleOptions,
): Promise<Map<TorchStorage, number>> {
  const places = new Map<TorchStorage, number>();
  const { value: count, end } = await unpickleAt(source, 0, options);
  if (!isCount(count) || count > most) throw damaged(source, `it has more than ${most} storages, or none`);
  let at = end;
  for (let i = 0; i < count; i++) {
    const described = await unpickleAt(source, at, options);
    const [key, , kind] = Array.isArray(described.value) ? described.value : [];
    if (!isCount(key) || !isStorageKind(kind)) throw damaged(source, 'it has a storage of an unknown kind');
    const values = await count64(source, described.end);
    if (!isCount(values)) throw damaged(source, `it has a storage of ${values} values`);
    const storage = new TorchStorage(`${key}`, kind.storageType, values);
    at = described.end + 8 + values * widthOf(storage.type);
    if (at > source.size) throw damaged(source, 'a storage reaches beyond its end: it was cut short');
    places.set(storage, described.end + 8);
    objects.set(key, storage);
  }
  const { value: views } = await unpickleAt(source, at, options);
  for (const view of Array.isArray(views) ? views : []) {
    const [key, rootKey, begin, values] = Array.isArray(view) ? view : [];
    const root = objects.get(rootKey);
    const fits =
      isCount(begin) && isCount(values) && root instanceof TorchStorage && begin + values <= root.count;
    if (!isCount(key) || !fits) throw damaged(source, 'it has a part of a storage that reaches out of it');
    objects.set(key, new TorchStorageView(root, begin, values));
  }
  return places;
}

/** Each tensor: (number, number of its storage, kind); dimensions in 4 bytes and 4 of nothing; sizes, strides, offset. */
async function readTensors(source: ByteSource, objects: Objects, options: UnpickleOptions): Promise<void> {
  const { value: count, end } = await unpickleAt(source, 0, options);
  if (!isCount(count) || count > most) throw damaged(source, `it has more than ${most} tensors, or none`);
  let at = end;
  for (let i = 0; i < count; i++) {
    const described = await unpickleAt(source, at, options);
    const [key, storageKey] = Array.isArray(described.value) ? described.value : [];
    if (!isCount(key)) throw damaged(source, 'it has a tensor without a number');
    at = described.end;
    const dimensions = (await bytesAt(source, at, 4)).readInt32LE();
    if (dimensions < 0 || dimensions > 64)
      throw damaged(source, `it has a tensor of ${dimensions} dimensions`);
    at += 8;
    const numbers: number[] = [];
    for (let j = 0; j < 2 * dimensions + 1; j++, at += 8) numbers.push(await count64(source, at));
    const shape = numbers.slice(0, dimensions);
    const stride = numbers.slice(dimensions, -1);
    const storage = objects.get(storageKey);
    objects.set(key, rebuildTensor(source.name, storage, numbers.at(-1), shape, stride));
  }
}

async function count64(source: ByteSource, position: number): Promise<number> {
  return Number((await bytesAt(source, position, 8)).readBigInt64LE());
}

async function bytesAt(source: ByteSource, position: number, count: number): Promise<Buffer> {
  if (position + count > source.size) throw damaged(source, 'it was cut short');
  const bytes = Buffer.alloc(count);
  await source.read(bytes, position);
  return bytes;
}

/** Where the members lie. The walk ends at a block of zeros, or with the file. */
async function tarMembers(source: ByteSource): Promise<Map<string, { begin: number; bytes: number }>> {
  const members = new Map<string, { begin: number; bytes: number }>();
  for (let at = 0; at + tarBlock <= source.size; ) {
    const header = await bytesAt(source, at, tarBlock);
    if (header.every((byte) => byte === 0)) break;
    const { name, size } = parseTarHeader(header) ?? {};
    if (name === undefined || size === undefined) throw damaged(source, 'a header in its tar is damaged');
    if (at + tarBlock + size > source.size) throw damaged(source, 'it was cut short');
    if (members.size >= 1000) throw damaged(source, 'it has more members than torch writes');
    members.set(name, { begin: at + tarBlock, bytes: size });
    at += tarBlock + Math.ceil(size / tarBlock) * tarBlock;
  }
  return members;
}

/** A part of a source, as a source. */
function part(source: ByteSource, begin: number, size: number): ByteSource {
  return { name: source.name, size, read: (into, position) => source.read(into, begin + position) };
}
