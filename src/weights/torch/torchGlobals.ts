// What replaces the functions and classes of Python that tensors in pickles of torch.save consist of.
// Source: torch/_utils.py; torch/storage.py.

import type { PickleGlobal, PickleGlobals } from '../pickle/pickleState.js';
import { type Buildable, PythonObject } from '../pickle/pythonObject.js';
import { invalid, rebuildTensor, TorchStorage, TorchTensor, type TorchType } from './torchTensor.js';

/** By their names in `torch` and, in old files of tensors on a GPU, in `torch.cuda`. */
const storageTypes: Readonly<Record<string, TorchType>> = {
  ...{ Float: 'float32', Double: 'float64', Half: 'float16', BFloat16: 'bfloat16', Long: 'int64' },
  ...{ Int: 'int32', Short: 'int16', Char: 'int8', Byte: 'uint8', Bool: 'bool' },
  ...{ ComplexFloat: 'complex64', ComplexDouble: 'complex128' },
  ...{ QInt8: 'qint8', QUInt8: 'quint8', QInt32: 'qint32' },
};

/** A storage class such as `torch.FloatStorage`, to which persistent ids refer. */
export class StorageKind extends PythonObject {
  constructor(
    name: string,
    readonly storageType: TorchType,
  ) {
    super(name);
  }
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
  if (value instanceof PythonObject && /^torch\._utils\._rebuild_\w+$/.test(value.name)) {
    const kind = new TorchTensor(new TorchStorage('', 'float32', 0), 0, [], []);
    kind.unsupported = `an unsupported kind of tensor ('${value.name}')`;
    return kind;
  }
  return value instanceof TorchTensor ? value : undefined;
}

/** `file`: for error messages. */
export function torchGlobals(file: string): PickleGlobals {
  const rebuild = ([storage, offset, shape, stride]: readonly unknown[]) =>
    rebuildTensor(file, storage, offset, shape, stride);
  const rebuildWithMetadata = (args: readonly unknown[]) => {
    const tensor = rebuild(args);
    // { conj, neg }: the values are lazily conjugated or negated.
    const metadata = args[6];
    if (metadata instanceof Map && metadata.size > 0) {
      tensor.unsupported = 'a tensor with lazily negated values';
    }
    return tensor;
  };
  const parameter = ([tensor]: readonly unknown[]) => new BuiltTensor(file, tensorIn(tensor));
  const newTensor = () => new BuiltTensor(file, undefined);
  const globals: Record<string, PickleGlobal | PythonObject> = {
    // Of types without a storage class, such as float8.
    'torch.storage UntypedStorage': new StorageKind('torch.storage.UntypedStorage', 'uint8'),
    'collections OrderedDict': ([items]) => new OrderedDict(pairsOf(items, file)),
    'torch._utils _rebuild_tensor': rebuild,
    'torch._utils _rebuild_tensor_v2': rebuildWithMetadata,
    'torch._utils _rebuild_parameter': parameter,
    'torch._utils _rebuild_parameter_with_state': parameter,
    'torch.nn.parameter Parameter': parameter,
  };
  for (const [name, storageType] of Object.entries(storageTypes)) {
    for (const module of ['torch', 'torch.cuda']) {
      globals[`${module} ${name}Storage`] = new StorageKind(`${module}.${name}Storage`, storageType);
      globals[`${module} ${name}Tensor`] = newTensor;
    }
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
