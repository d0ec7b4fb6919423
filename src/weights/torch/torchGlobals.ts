// What the pickles of torch.save may call for: tensors and their storages, and the plain data that stands beside them
// in the checkpoints of a training. All of it becomes data; nothing of it does anything.
// Source: torch/_weights_only_unpickler.py, `_get_allowed_globals`; torch/_utils.py; torch/storage.py.

import type { Buildable, PickleGlobals, UnpickleOptions } from '../pickle/pickle.js';
import { rebuildTensor, refused, TorchTensor, type TorchType } from './torchTensor.js';

/** As a pickle names them, in `torch` and, where the tensor was on a GPU long ago, in `torch.cuda`. */
const storageTypes: Readonly<Record<string, TorchType>> = {
  ...{ Float: 'float32', Double: 'float64', Half: 'float16', BFloat16: 'bfloat16', Long: 'int64' },
  ...{ Int: 'int32', Short: 'int16', Char: 'int8', Byte: 'uint8', Bool: 'bool' },
  ...{ ComplexFloat: 'complex64', ComplexDouble: 'complex128' },
};

/** A kind of storage: what a pickle means by `torch.FloatStorage`. It is only named, never called. */
export type StorageKind = (() => never) & { readonly storageType: TorchType };

export const isStorageKind = (value: unknown): value is StorageKind =>
  typeof value === 'function' && 'storageType' in value;

/** Something beside the tensors, of no use here: a device, a number of numpy's. */
class Aside implements Buildable {
  setState(): void {}
}

class OrderedDict extends Map<unknown, unknown> implements Buildable {
  /** `_metadata`: the versions of the modules. */
  setState(): void {}
}

/** What torch before 0.4 made in two steps: a tensor, or the Parameter around one. */
class BuiltTensor implements Buildable {
  constructor(
    readonly file: string,
    public tensor: TorchTensor | undefined,
  ) {}

  /** A tensor: (storage, offset, size, stride). A Parameter: (data, _, hooks, ..), or nothing about its data. */
  setState(state: unknown): void {
    if (!Array.isArray(state)) return;
    if (state.length === 4) this.tensor = rebuildTensor(this.file, state[0], state[1], state[2], state[3]);
    if (state.length === 5) this.tensor = tensorIn(state[0]);
  }
}

/** The tensor that a value of an unpickled file is, or is around. */
export function tensorIn(value: unknown): TorchTensor | undefined {
  if (value instanceof BuiltTensor) return value.tensor;
  return value instanceof TorchTensor ? value : undefined;
}

/** What torch's pickles may call for, and what is said where they call for anything else. `file`: for messages. */
export function torchGlobals(file: string): Pick<UnpickleOptions, 'globals' | 'explainUnknown'> {
  const aside = () => new Aside();
  const rebuild = ([storage, offset, shape, stride]: readonly unknown[]) =>
    rebuildTensor(file, storage, offset, shape, stride);
  const rebuildWithMetadata = (args: readonly unknown[]) => {
    // { conj, neg }: whether the values are to be read as conjugated or negated.
    const metadata = args[6];
    if (metadata instanceof Map && metadata.size > 0)
      throw refused(file, 'a tensor with lazily negated values');
    return rebuild(args);
  };
  const parameter = ([tensor]: readonly unknown[]) => new BuiltTensor(file, tensorIn(tensor));
  const newTensor = () => new BuiltTensor(file, undefined);
  const globals: Record<string, PickleGlobals[string]> = {
    'collections OrderedDict': ([items]) => new OrderedDict(pairsOf(items, file)),
    'torch._utils _rebuild_tensor': rebuild,
    'torch._utils _rebuild_tensor_v2': rebuildWithMetadata,
    'torch._utils _rebuild_parameter': parameter,
    'torch._utils _rebuild_parameter_with_state': parameter,
    'torch.nn.parameter Parameter': parameter,
    'torch Size': ([sizes]) => sizes,
    'torch device': aside,
    // What Python's protocol 2 makes of bytes and of a set.
    '_codecs encode': aside,
    '__builtin__ set': aside,
    'builtins set': aside,
    // What MultiStepLR keeps its milestones in.
    'collections Counter': aside,
    // Numbers and arrays of numpy's: a best accuracy, the state of a random generator.
    'numpy dtype': aside,
    'numpy ndarray': aside,
    'numpy.core.multiarray _reconstruct': aside,
    'numpy._core.multiarray _reconstruct': aside,
    'numpy.core.multiarray scalar': aside,
    'numpy._core.multiarray scalar': aside,
  };
  const onlyNamed = (): never => {
    throw refused(file, 'a type in the place of a function');
  };
  for (const [name, storageType] of Object.entries(storageTypes)) {
    const kind: StorageKind = Object.assign(() => onlyNamed(), { storageType });
    for (const module of ['torch', 'torch.cuda']) globals[`${module} ${name}Storage`] = kind;
    for (const module of ['torch', 'torch.cuda']) globals[`${module} ${name}Tensor`] = newTensor;
    globals[`torch ${storageType}`] = () => onlyNamed();
  }
  return { globals, explainUnknown };
}

/** Python 2 makes an OrderedDict of a list of pairs. */
function pairsOf(items: unknown, file: string): [unknown, unknown][] {
  if (items === undefined) return [];
  const isPair = (item: unknown): item is [unknown, unknown] => Array.isArray(item) && item.length === 2;
  if (Array.isArray(items) && items.every(isPair)) return items;
  throw refused(file, 'a dict that is not made of pairs');
}

function explainUnknown(name: string): string | undefined {
  if (/^(torch\.nn\.|torchvision\.|__main__\.)/.test(name)) {
    return `it holds a whole model or another object of a class ('${name}'), and not only its tensors`;
  }
  if (/^torch\._utils\._rebuild_/.test(name))
    return `it holds a tensor of a kind that weights don't come in ('${name}')`;
  return undefined;
}
