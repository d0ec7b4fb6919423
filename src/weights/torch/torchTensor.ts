// torch's tensors, as its files have them: a storage of values of one type, and a view of it with a size, a stride and
// an offset. What is read of a file at first is only this; values are read for the tensors that are wanted.
// Source: torch/_utils.py, `_rebuild_tensor_v2`; aten/src/ATen/native/Resize.h, `checkInBoundsForStorage`.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { type StateTensor, sizeOf } from '../../model/stateDict.js';
import type { FloatType } from './floats.js';

/** The types that a storage can have. */
export type TorchType = keyof typeof widths;

/** Bytes a value. */
const widths = {
  ...{ float32: 4, float64: 8, float16: 2, bfloat16: 2, complex64: 8, complex128: 16 },
  ...{ int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, bool: 1 },
};

/** Those that weights come in, by safetensors' names. */
const floatTypes: Readonly<Partial<Record<TorchType, FloatType>>> = {
  ...{ float32: 'F32', float64: 'F64', float16: 'F16', bfloat16: 'BF16' },
};

export const widthOf = (type: TorchType): number => widths[type];

/** Undefined for the types that weights don't come in. */
export const floatTypeOf = (type: TorchType): FloatType | undefined => floatTypes[type];

/** Where values lie in a file. */
export class TorchStorage {
  constructor(
    readonly key: string,
    readonly type: TorchType,
    /** Values. */
    readonly count: number,
  ) {}
}

/** A part of a storage, which files of before torch 0.4 have beside whole ones. */
export class TorchStorageView {
  constructor(
    readonly root: TorchStorage,
    readonly begin: number,
    readonly count: number,
  ) {}
}

/** A tensor, not read yet. Offset and strides are in values, of the whole storage. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[],
  ) {}
}

/** More dimensions than torch's own operators take. */
const mostDimensions = 64;

/** A tensor from what a file says of it, unchecked. Throws a data error (exit 3) where it reaches out of its storage. */
export function rebuildTensor(
  file: string,
  storage: unknown,
  offset: unknown,
  shape: unknown,
  stride: unknown,
): TorchTensor {
  if (!(storage instanceof TorchStorage) && !(storage instanceof TorchStorageView)) {
    throw refused(file, 'a tensor without a storage');
  }
  if (!isCount(offset) || !isCounts(shape) || !isCounts(stride) || shape.length !== stride.length) {
    throw refused(file, 'a tensor whose size, strides and offset are not whole numbers from 0 on');
  }
  const size = sizeOf(shape);
  if (!isCount(size)) throw refused(file, `a tensor of the size [${shownShape(shape)}]`);
  const last = shape.reduce((sum, n, i) => sum + (n - 1) * stride[i]!, offset);
  if (size > 0 && last >= storage.count) {
    throw refused(file, `a tensor that reaches to value ${last} of a storage of ${storage.count}`);
  }
  const [root, begin] = storage instanceof TorchStorageView ? [storage.root, storage.begin] : [storage, 0];
  return new TorchTensor(root, begin + offset, shape, stride);
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= mostDimensions && value.every(isCount);

export const shownShape = (shape: readonly number[]): string => shape.slice(0, 8).join(', ');

/** An error about what `file` has in it. */
export const refused = (file: string, what: string): UserError =>
  dataError(`'${printable(file)}' can't be read: it has ${what}.`, 'Fetch or save the file again.');

/** Whether a tensor is all of its storage, in row-major order. */
function isWhole({ storage, offset, shape, stride }: TorchTensor): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && stride[i] !== step) return false;
    step *= shape[i]!;
  }
  return offset === 0 && step === storage.count;
}

/**
 * A tensor's values in row-major order, from those of its storage. `owned`: nothing else wants them, so a tensor that
 * is the whole storage takes them as they are.
 */
export function takeTensor(tensor: TorchTensor, values: Float32Array, owned: boolean): StateTensor {
  const { shape, stride, offset } = tensor;
  if (owned && isWhole(tensor)) return { shape, data: values };
  const data = new Float32Array(sizeOf(shape));
  // The last dimension is one loop; the places in the others are counted as on an odometer. Dimensions of 1 would only
  // cost time: a hostile file has dozens.
  const dimensions = shape.map((size, i) => ({ size, step: stride[i]! })).filter(({ size }) => size !== 1);
  const { size: width, step: stepInRow } = dimensions.pop() ?? { size: 1, step: 1 };
  const place = dimensions.map(() => 0);
  for (let row = 0, from = offset; row < data.length; row += width) {
    for (let i = 0; i < width; i++) data[row + i] = values[from + i * stepInRow]!;
    for (let i = place.length - 1; i >= 0; i--) {
      const { size, step } = dimensions[i]!;
      from += step;
      if (++place[i]! < size) break;
      from -= step * size;
      place[i] = 0;
    }
  }
  return { shape, data };
}
