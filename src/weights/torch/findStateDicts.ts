// Finds the state dicts in the unpickled content of a PyTorch file: in dicts, lists, objects and whole modules.

import { dataError, printable } from '../../core/errors.js';
import { PythonObject } from '../pickle/pythonObject.js';
import { joinPath, type TensorGroup } from '../selectTensors.js';
import { tensorIn } from './torchGlobals.js';
import { floatTypeOf, type TorchTensor } from './torchTensor.js';

/** A module nested 25 times, in a checkpoint. */
const maxDepth = 64;
const maxTensors = 20_000;

/** The attributes of torch.nn.Module that hold tensors and other modules. */
const moduleParts = ['_parameters', '_buffers', '_modules'];

/**
 * Every dict, object or module that contains tensors, in the order of the file. Integer scalars are omitted: they are
 * counters. `file`: for error messages.
 */
export function findStateDicts(root: unknown, file: string): TensorGroup<TorchTensor>[] {
  const groups = new Map<string, Map<string, TorchTensor>>();
  const visited = new Set<unknown>();
  let count = 0;

  const add = (path: string, name: string, tensor: TorchTensor) => {
    const isCounter = tensor.shape.length === 0 && floatTypeOf(tensor.storage.type) === undefined;
    if (isCounter) return;
    if (++count > maxTensors) {
      throw dataError(`'${printable(file)}' contains more than ${maxTensors} tensors.`, 'Save a state dict.');
    }
    const group = groups.get(path) ?? new Map<string, TorchTensor>();
    groups.set(path, group.set(name, tensor));
  };

  /** `prefix`: the name of a module in the state dict at `path`, with a dot. */
  const visit = (value: unknown, path: string, prefix: string, depth: number): void => {
    if (depth > maxDepth || visited.has(value)) return;
    if (value instanceof PythonObject) {
      visited.add(value);
      for (const part of value.parts) visit(part, path, prefix, depth + 1);
    } else if (Array.isArray(value)) {
      visited.add(value);
      const inList = joinPath(path, prefix.slice(0, -1));
      for (const [index, item] of value.entries()) {
        if (!tensorIn(item)) visit(item, joinPath(inList, `${index}`), '', depth + 1);
      }
    } else if (value instanceof Map) {
      visited.add(value);
      const isModule = value.has('_modules');
      if (isModule) for (const part of moduleParts) visitMembers(value.get(part), path, prefix, depth + 1);
      const inDict = joinPath(path, prefix.slice(0, -1));
      for (const [key, item] of value) {
        const tensor = tensorIn(item);
        if (!tensor) visit(item, joinPath(inDict, shortKey(key)), '', depth + 1);
        else if (!isModule && typeof key === 'string') add(inDict, key, tensor);
      }
    }
  };

  const visitMembers = (members: unknown, path: string, prefix: string, depth: number): void => {
    const dict = members instanceof PythonObject ? members.dict : members;
    if (!(dict instanceof Map)) return;
    visited.add(dict).add(members);
    for (const [key, member] of dict) {
      const name = `${prefix}${shortKey(key)}`;
      const tensor = tensorIn(member);
      if (tensor) add(path, name, tensor);
      else visit(member, path, `${name}.`, depth + 1);
    }
  };

  visit(root, '', '', 0);
  return [...groups].map(([path, tensors]) => ({ path, tensors }));
}

/** A malicious file can repeat a long key at every level. */
const shortKey = (key: unknown): string =>
  typeof key === 'string' || typeof key === 'number' ? `${key}`.slice(0, 60) : '?';
