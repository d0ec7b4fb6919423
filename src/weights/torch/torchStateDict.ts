// Reads the tensors of the state dict in the unpickled content of a PyTorch file.

import { dataError, printable, quoted } from '../../core/errors.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import type { Checkpoint, FloatType } from '../checkpoint.js';
import type { ByteSource } from '../formats/byteSource.js';
import { checkMemory } from '../formats/floatValues.js';
import { PythonObject } from '../pickle/pythonObject.js';
import { selectTensors } from '../selectTensors.js';
import { findStateDicts } from './findStateDicts.js';
import { tensorIn } from './torchGlobals.js';
import {
  floatTypeOf,
  invalid,
  shownShape,
  type TorchStorage,
  type TorchTensor,
  takeTensor,
} from './torchTensor.js';

/** Reads all values of a storage. */
export type ReadStorage = (storage: TorchStorage, type: FloatType) => Promise<Float32Array>;

/**
 * Reads the state dict in `root`, the unpickled content of a file, that selectTensors selects. Integer scalars are
 * omitted, since they are counters (BatchNorm's num_batches_tracked). Throws a data error (exit 3) if there is no
 * state dict or if a tensor is not floating-point.
 */
export async function readStateDict(
  root: unknown,
  source: ByteSource,
  key: string | undefined,
  readStorage: ReadStorage,
): Promise<Checkpoint> {
  const groups = findStateDicts(root, source.name);
  if (groups.length === 0) throw notFound(root, source.name);
  const { tensors: selected, note } = selectTensors(groups, source.name, key);
  const found = requireFloats(selected, source.name);
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
  const types = new Map(found.map(([name, , type]) => [name, type]));
  return { tensors, metadata: {}, types, ...(note !== undefined && { note }) };
}

const notFound = (root: unknown, file: string) =>
  dataError(
    `Expected a state dict (a dict of tensors by name) in '${printable(file)}' but found ${describe(root)}.`,
    'Save one: torch.save(model.state_dict(), FILE)',
  );

function describe(root: unknown): string {
  if (tensorIn(root)) return 'a single tensor';
  if (Array.isArray(root)) return 'a list';
  if (root instanceof Map) return root.size === 0 ? 'an empty dict' : 'a dict without tensors';
  return root instanceof PythonObject ? `an object ${quoted(root.name)} without tensors` : 'another type';
}

function requireFloats(
  tensors: ReadonlyMap<string, TorchTensor>,
  file: string,
): [name: string, tensor: TorchTensor, type: FloatType][] {
  return [...tensors].map(([name, tensor]) => {
    if (tensor.unsupported) throw invalid(file, tensor.unsupported);
    const type = floatTypeOf(tensor.storage.type);
    if (type) return [name, tensor, type];
    throw dataError(
      `Expected float32, float64, float16 or bfloat16 for tensor ${quoted(name)} [${shownShape(tensor.shape)}] in '${printable(file)}' but found ${tensor.storage.type}.`,
      'Convert it before saving: tensor.float()',
    );
  });
}
