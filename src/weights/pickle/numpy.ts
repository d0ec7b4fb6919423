// numpy arrays of float32 in a pickle.
// Source: numpy/_core/src/multiarray/methods.c, array_reduce.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { sizeOf } from '../../model/stateDict.js';
import { toFloat32 } from '../formats/floatValues.js';
import type { PickleGlobals } from './pickleState.js';
import type { Buildable } from './pythonObject.js';

/** An array of float32 in C order. */
export class NumpyArray implements Buildable {
  shape: readonly number[] = [];
  data = new Float32Array();

  constructor(readonly file: string) {}

  /** (version, shape, dtype, is Fortran order, bytes) */
  setState(state: unknown): void {
    const [, shape, dtype, fortran, bytes] = Array.isArray(state) ? state : [];
    if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
      throw invalid(this.file, 'an invalid shape');
    }
    if (!(dtype instanceof NumpyType) || dtype.name !== '<f4') {
      throw invalid(
        this.file,
        `${dtype instanceof NumpyType ? `the type '${printable(dtype.name)}'` : 'an unknown type'}, expected '<f4'`,
      );
    }
    if (fortran !== false) throw invalid(this.file, 'Fortran order, expected C order');
    const size = sizeOf(shape);
    if (!(bytes instanceof Uint8Array) || bytes.length !== 4 * size) {
      throw invalid(this.file, `the shape [${shape}] but not the expected ${4 * size} bytes`);
    }
    this.shape = shape;
    this.data = new Float32Array(size);
    toFloat32('F32', bytes, this.data);
  }
}

/** A dtype: `f4`, and `<f4` with its byte order. */
class NumpyType implements Buildable {
  name: string;

  constructor(name: unknown) {
    this.name = shortText(name);
  }

  /** (version, byte order, ...) */
  setState(state: unknown): void {
    this.name = `${shortText(Array.isArray(state) ? state[1] : undefined)}${this.name}`;
  }
}

const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 20) : '?');

const invalid = (file: string, problem: string): UserError =>
  dataError(`'${printable(file)}' contains a numpy array with ${problem}.`);

/** The globals of numpy 1 and 2 for pickled arrays. `file`: for error messages. */
export function numpyGlobals(file: string): PickleGlobals {
  const reconstruct = () => new NumpyArray(file);
  return {
    'numpy.core.multiarray _reconstruct': reconstruct,
    'numpy._core.multiarray _reconstruct': reconstruct,
    'numpy dtype': ([name]) => new NumpyType(name),
  };
}
