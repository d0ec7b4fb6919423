// What torch.save wrote from 0.1.10 to 1.5, and still writes if it is told to: one pickle after the other (magic number,
// version, system, content, keys of the storages), then the storages in the order of the keys.
// Source: torch/serialization.py, `_legacy_load`; torch/csrc/serialization.cpp, `THPStorage_writeFileRaw`.

import { unpickleAt } from '../pickle/pickle.js';
import type { Checkpoint } from '../safetensors/safetensors.js';
import { damaged } from '../zip/zipMembers.js';
import { type ByteSource, readFrom } from './byteSource.js';
import { readValues } from './storageValues.js';
import { torchGlobals } from './torchGlobals.js';
import { readStateDict } from './torchStateDict.js';
import { storageRegistry } from './torchStorages.js';
import { type TorchStorage, widthOf } from './torchTensor.js';

/** As near as a number comes to it; the file was told by its exact bytes. */
const magicNumber = Number(0x1950a86a20f9469cfc6cn);
const version = 1001;

/**
 * Reads the state dict in a file of torch.save before 1.6. Storages are read straight into the tensors' memory; they are
 * little-endian on whatever machine they were written. Throws a data error (exit 3) on anything that is damaged, unknown
 * or not allowed.
 */
export async function parseTorchOld(source: ByteSource): Promise<Checkpoint> {
  const { name: file } = source;
  const registry = storageRegistry(file);
  const options = { file, ...torchGlobals(file), persistentLoad: registry.load };
  let end = 0;
  const next = async (): Promise<unknown> => {
    const pickle = await unpickleAt(source, end, options);
    end = pickle.end;
    return pickle.value;
  };
  if ((await next()) !== magicNumber) throw damaged(source, 'it does not begin with the magic number');
  const found = await next();
  if (found !== version) throw damaged(source, `its version is not ${version}`);
  await next(); // the system that wrote it
  const root = await next();
  const places = await placesOf(await next(), end, registry.storages, source);
  return await readStateDict(root, source, ({ key, count }, floatType) =>
    readValues(floatType, count, readFrom(source, places.get(key)!)),
  );
}

/** Where each storage's values begin. Before them stands how many they are, in 8 bytes. */
async function placesOf(
  keys: unknown,
  begin: number,
  storages: ReadonlyMap<string, TorchStorage>,
  source: ByteSource,
): Promise<Map<string, number>> {
  if (!Array.isArray(keys)) throw damaged(source, 'it has no list of storages');
  const places = new Map<string, number>();
  let at = begin;
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage || places.has(key)) throw damaged(source, 'its list of storages does not fit its tensors');
    if (at + 8 > source.size) throw damaged(source, 'it was cut short');
    const claimed = Buffer.alloc(8);
    await source.read(claimed, at);
    const count = claimed.readBigInt64LE();
    if (count !== BigInt(storage.count)) {
      throw damaged(source, `a storage has ${count} values, expected ${storage.count}`);
    }
    places.set(key, at + 8);
    at += 8 + storage.count * widthOf(storage.type);
    if (at > source.size)
      throw damaged(source, `it has ${source.size} bytes, and its tensors go on to ${at}: it was cut short`);
  }
  for (const key of storages.keys()) {
    if (!places.has(key)) throw damaged(source, 'its list of storages does not fit its tensors');
  }
  return places;
}
