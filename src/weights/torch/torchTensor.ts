// PyTorch's tensors before their values are read: a storage with values of one type, and a view of it by size, stride
// and offset.
// Source: torch/_utils.py, `_rebuild_tensor_v2`; aten/src/ATen/native/Resize.h, `checkInBoundsForStorage`.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { type StateTensor, sizeOf } from '../../model/stateDict.js';
import type { FloatType } from '../checkpoint.js';

/** The data type of a storage. */
export type TorchType = keyof typeof widths;

/** Bytes per value. */
const widths = {
  ...{ float32: 4, float64: 8, float16: 2, bfloat16: 2, complex64: 8, complex128: 16 },
  ...{ int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, bool: 1, qint8: 1, quint8: 1, qint32: 4 },
};

const floatTypes: Readonly<Partial<Record<TorchType, FloatType>>> = {
  ...{ float32: 'F32', float64: 'F64', float16: 'F16', bfloat16: 'BF16' },
};

export const widthOf = (type: TorchType): number => widths[type];

/** Undefined for types other than floating-point ones. */
export const floatTypeOf = (type: TorchType): FloatType | undefined => floatTypes[type];

export class TorchStorage {
  constructor(
    readonly key: string,
    readonly type: TorchType,
    /** The number of values. */
    readonly count: number,
  ) {}
}

/** A range of a storage, as in files of PyTorch before 0.4. */
export class TorchStorageView {
  constructor(
    readonly root: TorchStorage,
    readonly begin: number,
    readonly count: number,
  ) {}
}

/** Offset and strides are in values, relative to the whole storage. */
export class TorchTensor {
  /** What it is, for an error message, if its values can't be read. */
  unsupported?: string;

  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[],
  ) {}
}

/** The limit of PyTorch's operators. */
const maxDimensions = 64;

/** Validates the description of a tensor. Throws a data error (exit 3) if it exceeds its storage. */
export function rebuildTensor(
  file: string,
  storage: unknown,
  offset: unknown,
  shape: unknown,
  stride: unknown,
): TorchTensor {
  if (!(storage instanceof TorchStorage) && !(storage instanceof TorchStorageView)) {
    throw invalid(file, 'a tensor without a storage');
  }
  if (!isCount(offset) || !isCounts(shape) || !isCounts(stride) || shape.length !== stride.length) {
    throw invalid(file, 'a tensor whose size, strides and offset are not integers from 0 on');
  }
  const size = sizeOf(shape);
  if (!isCount(size)) throw invalid(file, `a tensor of the size [${shownShape(shape)}]`);
  const last = shape.reduce((sum, n, i) => sum + (n - 1) * stride[i]!, offset);
  if (size > 0 && last >= storage.count) {
    throw invalid(file, `a tensor that accesses value ${last} of a storage of ${storage.count}`);
  }
  const [root, begin] = storage instanceof TorchStorageView ? [storage.root, storage.begin] : [storage, 0];
  return new TorchTensor(root, begin + offset, shape, stride);
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= maxDimensions && value.every(isCount);

export const shownShape = (shape: readonly number[]): string => shape.slice(0, 8).join(', ');

export const invalid = (file: string, content: string): UserError =>
  dataError(`Can't read '${printable(file)}': it contains ${content}.`, 'Download or save the file again.');

/** Whether a tensor is contiguous and covers its whole storage. */
function isWhole({ storage, offset, shape, stride }: TorchTensor): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && stride[i] !== step) return false;
    step *= shape[i]!;
  }
  return offset === 0 && step === storage.count;
}

/**
 * A tensor's values in row-major order, from the values of its storage. `owned`: no other tensor needs the storage, so
 * that a tensor that covers it can use it without a copy.
 */
export function takeTensor(tensor: TorchTensor, values: Float32Array, owned: boolean): StateTensor {
  const { shape, stride, offset } = tensor;
  if (owned && isWhole(tensor)) return { shape, data: values };
  const data = new Float32Array(sizeOf(shape));
  // A loop over the last dimension; the other indices advance like an odometer. Dimensions of size 1 are skipped,
  // since a malicious file can have dozens.
  const dimensions = shape.map((size, i) => ({ size, step: stride[i]! })).filter(({ size }) => size !== 1);
  const { size: width, step: columnStep } = dimensions.pop() ?? { size: 1, step: 1 };
  const index = dimensions.map(() => 0);
  for (let row = 0, from = offset; row < data.length; row += width) {
    for (let i = 0; i < width; i++) data[row + i] = values[from + i * columnStep]!;
    for (let i = index.length - 1; i >= 0; i--) {
      const { size, step } = dimensions[i]!;
      from += step;
      if (++index[i]! < size) break;
      from -= step * size;
      index[i] = 0;
    }
  }
  return { shape, data };
}
