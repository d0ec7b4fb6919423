// The globals that pickles of torch.save may use: tensors, storages, and the plain data next to them in training
// checkpoints. All of them become inert data.
// Source: torch/_weights_only_unpickler.py, `_get_allowed_globals`; torch/_utils.py; torch/storage.py.

import type { Buildable, PickleGlobal, PickleGlobals } from '../pickle/pickleState.js';
import { invalid, rebuildTensor, TorchTensor, type TorchType } from './torchTensor.js';

/** By their names in `torch` and, in old files of tensors on a GPU, in `torch.cuda`. */
const storageTypes: Readonly<Record<string, TorchType>> = {
  ...{ Float: 'float32', Double: 'float64', Half: 'float16', BFloat16: 'bfloat16', Long: 'int64' },
  ...{ Int: 'int32', Short: 'int16', Char: 'int8', Byte: 'uint8', Bool: 'bool' },
  ...{ ComplexFloat: 'complex64', ComplexDouble: 'complex128' },
};

/** A storage class such as `torch.FloatStorage`. Pickles only refer to it and never call it. */
export type StorageKind = (() => never) & { readonly storageType: TorchType };

export const isStorageKind = (value: unknown): value is StorageKind =>
  typeof value === 'function' && 'storageType' in value;

/** An object that is not needed, such as a device or a numpy scalar. */
class Ignored implements Buildable {
  setState(): void {}
}

class OrderedDict extends Map<unknown, unknown> implements Buildable {
  /** `_metadata`: the versions of the modules. */
  setState(): void {}
}

/** A tensor or Parameter that is built in two steps, as in PyTorch before 0.4. */
class BuiltTensor implements Buildable {
  constructor(
    readonly file: string,
    public tensor: TorchTensor | undefined,
  ) {}

  /** A tensor: (storage, offset, size, stride). A Parameter: (data, _, hooks, ..), or a state without the data. */
  setState(state: unknown): void {
    if (!Array.isArray(state)) return;
    if (state.length === 4) this.tensor = rebuildTensor(this.file, state[0], state[1], state[2], state[3]);
    if (state.length === 5) this.tensor = tensorIn(state[0]);
  }
}

/** The tensor in an unpickled value: a tensor or Parameter. */
export function tensorIn(value: unknown): TorchTensor | undefined {
  if (value instanceof BuiltTensor) return value.tensor;
  return value instanceof TorchTensor ? value : undefined;
}

/** `file`: for error messages. */
export function torchGlobals(file: string): PickleGlobals {
  const ignored = () => new Ignored();
  const rebuild = ([storage, offset, shape, stride]: readonly unknown[]) =>
    rebuildTensor(file, storage, offset, shape, stride);
  const rebuildWithMetadata = (args: readonly unknown[]) => {
    // { conj, neg }: the values are lazily conjugated or negated.
    const metadata = args[6];
    if (metadata instanceof Map && metadata.size > 0) {
      throw invalid(file, 'a tensor with lazily negated values');
    }
    return rebuild(args);
  };
  const parameter = ([tensor]: readonly unknown[]) => new BuiltTensor(file, tensorIn(tensor));
  const newTensor = () => new BuiltTensor(file, undefined);
  const globals: Record<string, PickleGlobal> = {
    'collections OrderedDict': ([items]) => new OrderedDict(pairsOf(items, file)),
    'torch._utils _rebuild_tensor': rebuild,
    'torch._utils _rebuild_tensor_v2': rebuildWithMetadata,
    'torch._utils _rebuild_parameter': parameter,
    'torch._utils _rebuild_parameter_with_state': parameter,
    'torch.nn.parameter Parameter': parameter,
    'torch Size': ([sizes]) => sizes,
    'torch device': ignored,
    // How protocol 2 writes bytes and sets.
    '_codecs encode': ignored,
    '__builtin__ set': ignored,
    'builtins set': ignored,
    // The milestones of MultiStepLR.
    'collections Counter': ignored,
    // Scalars and arrays of numpy, such as the best accuracy or the state of a random generator.
    'numpy dtype': ignored,
    'numpy ndarray': ignored,
    'numpy.core.multiarray _reconstruct': ignored,
    'numpy._core.multiarray _reconstruct': ignored,
    'numpy.core.multiarray scalar': ignored,
    'numpy._core.multiarray scalar': ignored,
  };
  const notCallable = (): never => {
    throw invalid(file, 'a call of a data type');
  };
  for (const [name, storageType] of Object.entries(storageTypes)) {
    const kind: StorageKind = Object.assign(() => notCallable(), { storageType });
    for (const module of ['torch', 'torch.cuda']) globals[`${module} ${name}Storage`] = kind;
    for (const module of ['torch', 'torch.cuda']) globals[`${module} ${name}Tensor`] = newTensor;
    globals[`torch ${storageType}`] = notCallable;
  }
  return globals;
}

/** Python 2 creates an OrderedDict from a list of pairs. */
function pairsOf(items: unknown, file: string): [unknown, unknown][] {
  if (items === undefined) return [];
  const isPair = (item: unknown): item is [unknown, unknown] => Array.isArray(item) && item.length === 2;
  if (Array.isArray(items) && items.every(isPair)) return items;
  throw invalid(file, 'a dict that is not a list of pairs');
}

/** Explains why the global `module.name` is not allowed. */
export function explainUnknown(name: string): string | undefined {
  if (/^(torch\.nn\.|torchvision\.|__main__\.)/.test(name)) {
    return `it contains a whole model or another object of a class ('${name}'), not only tensors`;
  }
  if (/^torch\._utils\._rebuild_/.test(name)) {
    return `it contains an unsupported kind of tensor ('${name}')`;
  }
  return undefined;
}
