// Finds the state dict in the unpickled content of a PyTorch file, bare or in a training checkpoint, and reads its
// tensors.

import { dataError, printable } from '../../core/errors.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import type { Checkpoint, FloatType } from '../checkpoint.js';
import type { ByteSource } from '../formats/byteSource.js';
import { checkMemory } from '../formats/floatValues.js';
import { tensorIn } from './torchGlobals.js';
import { floatTypeOf, shownShape, type TorchStorage, type TorchTensor, takeTensor } from './torchTensor.js';

/** Common keys for a state dict in a checkpoint, by priority. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights', 'params'];

/** DataParallel and DistributedDataParallel wrap the network in an attribute `module`. */
const parallelPrefix = 'module.';

/** Reads all values of a storage. */
export type ReadStorage = (storage: TorchStorage, type: FloatType) => Promise<Float32Array>;

/**
 * Reads the state dict in `root`, the unpickled content of a file. Integer scalars are omitted, since they are counters
 * (BatchNorm's num_batches_tracked). Throws a data error (exit 3) if there is no state dict or if a tensor is not
 * floating-point.
 */
export async function readStateDict(
  root: unknown,
  source: ByteSource,
  readStorage: ReadStorage,
): Promise<Checkpoint> {
  const found = requireFloats(withoutPrefix(findStateDict(root, source.name)), source.name);
  const uses = new Map<TorchStorage, number>();
  for (const [, { storage }] of found) uses.set(storage, (uses.get(storage) ?? 0) + 1);
  const values = [...uses.keys()].reduce((sum, { count }) => sum + count, 0);
  checkMemory(4 * found.reduce((sum, [, { shape }]) => sum + sizeOf(shape), values), source);

  const tensors: StateDict = new Map();
  const read = new Map<TorchStorage, Float32Array>();
  for (const [name, tensor, type] of found) {
    const { storage } = tensor;
    const left = uses.get(storage)! - 1;
    uses.set(storage, left);
    const all = read.get(storage) ?? (await readStorage(storage, type));
    if (left > 0) read.set(storage, all);
    else read.delete(storage);
    tensors.set(name, takeTensor(tensor, all, left === 0));
  }
  return { tensors, metadata: {}, types: new Map(found.map(([name, , type]) => [name, type])) };
}

/** The dict under a usual key, else the root itself, else the only nested dict with tensors. */
function findStateDict(root: unknown, file: string): Map<string, TorchTensor> {
  const notFound = (found: string) =>
    dataError(
      `Expected a state dict (a dict of tensors by name) in '${printable(file)}' but found ${found}.`,
      'Save one: torch.save(model.state_dict(), FILE)',
    );
  if (!(root instanceof Map)) throw notFound(describe(root));
  for (const key of usualKeys) {
    const found = tensorsOf(root.get(key));
    if (found.size > 0) return found;
  }
  const bare = tensorsOf(root);
  if (bare.size > 0) return bare;
  const keys = new Map<unknown, string>(); // by dict, since a malicious file can have one under many keys
  for (const [key, value] of root) {
    if (value instanceof Map && (typeof key === 'string' || typeof key === 'number')) {
      keys.set(value, `${key}`);
    }
  }
  const nested = [...keys].filter(([value]) => tensorsOf(value).size > 0);
  if (nested.length > 1) {
    const shown = nested.slice(0, 5).map(([, key]) => `'${printable(key.slice(0, 60))}'`);
    throw dataError(
      `Expected one state dict in '${printable(file)}' but found several: ${shown.join(', ')}.`,
      'Save one of them: torch.save(torch.load(FILE)[KEY], "weights.pth")',
    );
  }
  if (nested.length === 0) throw notFound(root.size === 0 ? 'an empty dict' : 'a dict without tensors');
  return tensorsOf(nested[0]![0]);
}

function describe(root: unknown): string {
  if (tensorIn(root)) return 'a single tensor';
  return Array.isArray(root) ? 'a list' : 'another type';
}

/** The tensors in a dict, by name, without counters. */
function tensorsOf(value: unknown): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, item] of value) {
    const tensor = tensorIn(item);
    if (typeof name !== 'string' || !tensor) continue;
    const isCounter = tensor.shape.length === 0 && floatTypeOf(tensor.storage.type) === undefined;
    if (!isCounter) tensors.set(name, tensor);
  }
  return tensors;
}

function withoutPrefix(tensors: ReadonlyMap<string, TorchTensor>): ReadonlyMap<string, TorchTensor> {
  const names = [...tensors.keys()];
  if (!names.every((name) => name.startsWith(parallelPrefix))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(parallelPrefix.length), tensor]));
}

function requireFloats(
  tensors: ReadonlyMap<string, TorchTensor>,
  file: string,
): [name: string, tensor: TorchTensor, type: FloatType][] {
  return [...tensors].map(([name, tensor]) => {
    const type = floatTypeOf(tensor.storage.type);
    if (type) return [name, tensor, type];
    throw dataError(
      `Expected float32, float64, float16 or bfloat16 for tensor '${printable(name.slice(0, 100))}' [${shownShape(tensor.shape)}] in '${printable(file)}' but found ${tensor.storage.type}.`,
      'Convert it before saving: tensor.float()',
    );
  });
}
