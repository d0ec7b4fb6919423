// The state dict in what a file of torch.save holds: bare, or beside epochs and optimizers in the checkpoint of a
// training. Its tensors are read, nothing else.

import { dataError, printable } from '../../core/errors.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import type { Checkpoint } from '../safetensors/safetensors.js';
import type { ByteSource } from './byteSource.js';
import type { FloatType } from './floats.js';
import { checkMemory } from './storageValues.js';
import { tensorIn } from './torchGlobals.js';
import { floatTypeOf, shownShape, type TorchStorage, type TorchTensor, takeTensor } from './torchTensor.js';

/** Keys that people save a state dict under, the first that is there is taken. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights', 'params'];

/** DataParallel's: it puts the network into an attribute `module`. */
const parallelPrefix = 'module.';

/** Reads all values of a storage, whose type is given as safetensors has it. */
export type ReadStorage = (storage: TorchStorage, type: FloatType) => Promise<Float32Array>;

/**
 * The state dict in `root`, the unpickled content of a file of torch.save, with its values. Integers without a
 * dimension are left out, as they count something (BatchNorm's num_batches_tracked). Throws a data error (exit 3)
 * where there is no state dict, or where one of its tensors is of another type than the floating-point ones.
 */
export async function readStateDict(
  root: unknown,
  source: ByteSource,
  readStorage: ReadStorage,
): Promise<Checkpoint> {
  const found = floatingPoint(withoutPrefix(findStateDict(root, source.name)), source.name);
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

/** The dict with the tensors: under a usual key, else the whole, else the only other one. */
function findStateDict(root: unknown, file: string): Map<string, TorchTensor> {
  const none = (what: string) =>
    dataError(
      `'${printable(file)}' holds ${what}, and no state dict: no dict of tensors by name.`,
      'Save one: torch.save(model.state_dict(), FILE)',
    );
  if (!(root instanceof Map)) throw none(describe(root));
  for (const key of usualKeys) {
    const found = tensorsOf(root.get(key));
    if (found.size > 0) return found;
  }
  const bare = tensorsOf(root);
  if (bare.size > 0) return bare;
  const keys = new Map<unknown, string>(); // by dict, as a hostile file may have one under many keys
  for (const [key, value] of root) {
    if (value instanceof Map && (typeof key === 'string' || typeof key === 'number'))
      keys.set(value, `${key}`);
  }
  const nested = [...keys].filter(([value]) => tensorsOf(value).size > 0);
  if (nested.length > 1) {
    const shown = nested.slice(0, 5).map(([, key]) => `'${printable(key.slice(0, 60))}'`);
    throw dataError(
      `'${printable(file)}' holds several dicts of tensors (${shown.join(', ')}), and which is meant is not clear.`,
      'Save the one alone: torch.save(torch.load(FILE)[KEY], "weights.pth")',
    );
  }
  if (nested.length === 0) throw none(root.size === 0 ? 'an empty dict' : 'a dict');
  return tensorsOf(nested[0]![0]);
}

function describe(root: unknown): string {
  if (tensorIn(root)) return 'one tensor';
  return Array.isArray(root) ? 'a list' : 'something else';
}

/** The tensors by name in a dict, without the integers that count something. */
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

function floatingPoint(
  tensors: ReadonlyMap<string, TorchTensor>,
  file: string,
): [name: string, tensor: TorchTensor, type: FloatType][] {
  return [...tensors].map(([name, tensor]) => {
    const type = floatTypeOf(tensor.storage.type);
    if (type) return [name, tensor, type];
    throw dataError(
      `'${printable(file)}' has the tensor '${printable(name.slice(0, 100))}' [${shownShape(tensor.shape)}] in ${tensor.storage.type}, and only float32, float64, float16 and bfloat16 can be read.`,
      'Save it in one of these: tensor.float()',
    );
  });
}
