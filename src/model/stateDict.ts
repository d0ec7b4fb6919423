// State dicts: parameters by PyTorch's names and in its layout, as plain data. Weights files, checkpoints and
// optimizers use them.

/** float32 values in row-major order of `shape` (Conv2d weights OIHW, Linear weights [out, in]). */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** The same values in pieces, each copied out of an engine when it is reached. The caller may transfer them. */
  pieces?(): Iterable<Float32Array>;
}

/** By name (`features.0.weight`, ..), in the order of PyTorch's `state_dict()`. */
export type StateDict = Map<string, StateTensor>;

/** The number of values in a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** The size of all values in bytes. Copies nothing out of the engine. */
const bytesOfValues = (state: StateDict): number =>
  Array.from(state.values(), ({ shape }) => sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT).reduce(
    (sum, bytes) => sum + bytes,
    0,
  );

/** Space for the header and metadata of a file. */
const headerSlack = 1 << 20;

/** The upper bound of a state dict's file size in bytes. Copies nothing out of the engine. */
export const bytesOf = (state: StateDict): number => headerSlack + bytesOfValues(state);
