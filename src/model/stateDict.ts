// A network's parameters by PyTorch's names, in PyTorch's layout, as plain data: what weights files hold, what
// optimizers and checkpoints keep, and what every format in weights/ reads and writes.

/** One tensor: float32 values in row-major order of `shape` (Conv2d weights OIHW, Linear weights [out, in]). */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Whether `data` is a copy, made anew for each who asks for it: its memory is theirs to give away. */
  readonly isCopy?: true;
}

/** `features.0.weight` and so on, in the order of PyTorch's `state_dict()`. */
export type StateDict = Map<string, StateTensor>;

/** The number of values in a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** What the values take, in bytes. Copies nothing out of an engine. */
export const bytesOfValues = (state: StateDict): number =>
  Array.from(state.values(), ({ shape }) => sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT).reduce(
    (sum, bytes) => sum + bytes,
    0,
  );

/** An upper bound on the size of a weights file, in bytes: the values plus 1 MiB for headers. */
export const bytesOf = (state: StateDict): number => (1 << 20) + bytesOfValues(state);
