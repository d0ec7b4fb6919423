// numpy's arrays inside a pickle: what they call for, as far as weights have it.
// Source: numpy/_core/src/multiarray/methods.c, array_reduce.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { sizeOf } from '../../model/stateDict.js';
import type { Buildable, PickleGlobals } from '../pickle/pickle.js';
import { toFloat32 } from './floats.js';

/** An array of float32 in C order. */
export class NumpyArray implements Buildable {
  shape: readonly number[] = [];
  data = new Float32Array();

  constructor(readonly file: string) {}

  /** (version, shape, dtype, whether in Fortran's order, bytes) */
  setState(state: unknown): void {
    const [, shape, dtype, fortran, bytes] = Array.isArray(state) ? state : [];
    if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
      throw refused(this.file, 'no shape');
    }
    if (!(dtype instanceof NumpyType) || dtype.name !== '<f4') {
      throw refused(
        this.file,
        `the type ${dtype instanceof NumpyType ? `'${printable(dtype.name)}'` : 'unknown'}, expected '<f4'`,
      );
    }
    if (fortran !== false) throw refused(this.file, `Fortran's order`);
    const size = sizeOf(shape);
    if (!(bytes instanceof Uint8Array) || bytes.length !== 4 * size) {
      throw refused(this.file, `the shape [${shape}], and not the ${4 * size} bytes for it`);
    }
    this.shape = shape;
    this.data = new Float32Array(size);
    toFloat32('F32', bytes, this.data);
  }
}

/** `f4`, and with the order of its bytes `<f4`. */
class NumpyType implements Buildable {
  name: string;

  constructor(name: unknown) {
    this.name = wordOf(name);
  }

  /** (version, byte order, ...) */
  setState(state: unknown): void {
    this.name = `${wordOf(Array.isArray(state) ? state[1] : undefined)}${this.name}`;
  }
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 20) : '?');

const refused = (file: string, what: string): UserError =>
  dataError(`'${printable(file)}' has a numpy array with ${what}.`);

/** What a pickle of float32 arrays calls for, by the names of numpy 1 and 2. `file`: for messages. */
export function numpyGlobals(file: string): PickleGlobals {
  const reconstruct = () => new NumpyArray(file);
  return {
    'numpy.core.multiarray _reconstruct': reconstruct,
    'numpy._core.multiarray _reconstruct': reconstruct,
    // Only an argument of _reconstruct.
    'numpy ndarray': () => {
      throw refused(file, 'no content');
    },
    'numpy dtype': ([name]) => new NumpyType(name),
  };
}
