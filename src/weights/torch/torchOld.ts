// The format of torch.save from 0.1.10 to 1.5, still available as an option: a sequence of pickles (magic number,
// version, system, content, keys of the storages), then the storages in the order of the keys.
// Source: torch/serialization.py, `_legacy_load`; torch/csrc/serialization.cpp, `THPStorage_writeFileRaw`.

import type { Checkpoint } from '../checkpoint.js';
import { type ByteSource, damaged, readFrom } from '../formats/byteSource.js';
import { readValues } from '../formats/floatValues.js';
import { unpickleAt } from '../pickle/pickle.js';
import { torchPickle } from './torchPickle.js';
import { readStateDict } from './torchStateDict.js';
import { type TorchStorage, widthOf } from './torchTensor.js';

/** Rounded to a double. The format was recognized by the exact bytes. */
const magicNumber = Number(0x1950a86a20f9469cfc6cn);
const version = 1001;

/**
 * Reads the state dict in a file of PyTorch 0.1.10 to 1.5. The storages are little-endian on every machine. Throws a
 * data error (exit 3) for anything damaged, unknown or not allowed.
 */
export async function parseTorchOld(source: ByteSource, key?: string): Promise<Checkpoint> {
  const { options, storages } = torchPickle(source.name);
  let end = 0;
  const next = async (): Promise<unknown> => {
    const pickle = await unpickleAt(source, end, options);
    end = pickle.end;
    return pickle.value;
  };
  if ((await next()) !== magicNumber) throw damaged(source, 'the magic number is missing');
  if ((await next()) !== version) throw damaged(source, `its version is not ${version}`);
  await next(); // the system on which the file was written
  const root = await next();
  const offsets = await storageOffsets(await next(), end, storages, source);
  return await readStateDict(root, source, key, ({ key, count }, floatType) =>
    readValues(floatType, count, readFrom(source, offsets.get(key)!)),
  );
}

/** The position of each storage's values. The number of values precedes them, in 8 bytes. */
async function storageOffsets(
  keys: unknown,
  begin: number,
  storages: ReadonlyMap<string, TorchStorage>,
  source: ByteSource,
): Promise<Map<string, number>> {
  if (!Array.isArray(keys)) throw damaged(source, 'the list of storages is missing');
  const offsets = new Map<string, number>();
  let at = begin;
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage || offsets.has(key))
      throw damaged(source, 'its list of storages does not match its tensors');
    if (at + 8 > source.size) throw damaged(source, 'it was truncated');
    const countBytes = Buffer.alloc(8);
    await source.read(countBytes, at);
    const count = countBytes.readBigInt64LE();
    if (count !== BigInt(storage.count)) {
      throw damaged(source, `a storage has ${count} values, expected ${storage.count}`);
    }
    offsets.set(key, at + 8);
    at += 8 + storage.count * widthOf(storage.type);
    if (at > source.size) {
      throw damaged(source, `expected at least ${at} bytes, found ${source.size}: it was truncated`);
    }
  }
  for (const key of storages.keys()) {
    if (!offsets.has(key)) throw damaged(source, 'its list of storages does not match its tensors');
  }
  return offsets;
}
