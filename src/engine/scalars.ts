import type { Binding } from './tfjsNode.js';

/** At least the number of different scalars of one step. */
const limit = 16;

/**
 * Scalar operands of the optimizers' ops, as native tensors. The parameters of a network share them: on a GPU, each
 * new one would wait for the computations before it.
 */
export class Scalars {
  /** Least recently used first. */
  readonly #ids = new Map<number, number>();

  constructor(private readonly binding: Binding) {}

  /** The number of tensors in use. */
  get size(): number {
    return this.#ids.size;
  }

  /** The id of a tensor, which is valid until `limit` others were requested. */
  id(value: number): number {
    const { binding } = this;
    const id = this.#ids.get(value) ?? binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
    this.#ids.delete(value);
    this.#ids.set(value, id);
    if (this.#ids.size > limit) {
      const [oldest, unused] = this.#ids.entries().next().value!;
      binding.deleteTensor(unused);
      this.#ids.delete(oldest);
    }
    return id;
  }
}
