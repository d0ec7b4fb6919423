// PyTorch's CPU random number generator and its distributions, bit for bit.
// Source: aten/src/ATen/core/TransformationHelper.h and aten/src/ATen/native/cpu/DistributionTemplates.h of PyTorch.

import { advanceBlocks, minKernelBlocks, type UniformRange, uniformBlocks } from './blocks.js';
import { advance, blockLength, seedState, temper } from './mt19937.js';

/** A generator's state, as plain JSON. */
export interface GeneratorState {
  /** The 624 words of the current block, before tempering. */
  readonly words: readonly number[];
  /** How many numbers of the block have been drawn. */
  readonly position: number;
}

/** Generates the same numbers as `torch.Generator('cpu').manual_seed(seed)`. */
export class MersenneTwister {
  readonly #state = new Int32Array(blockLength);
  /** The current block's numbers: the tempered state. */
  readonly #numbers = new Int32Array(blockLength);
  #position = blockLength;

  /** `seed` is an integer. Like torch's CPU generator, only its low 32 bits are used. */
  constructor(seed: number | bigint) {
    seedState(this.#state, Number(BigInt.asIntN(32, BigInt(seed))));
  }

  /** The next number, an integer from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#position === blockLength) this.#nextBlock();
    return this.#numbers[this.#position++]! >>> 0;
  }

  /** `torch.rand(())`: in [0, 1), with 24 random bits. */
  rand(): number {
    return (this.uint32() & 0xffffff) * 2 ** -24;
  }

  /** `torch.empty((), dtype=torch.int64).random_()`: in [0, 2^63). Draws two numbers, the high word first. */
  random63(): bigint {
    const high = this.uint32() & 0x7fffffff;
    return (BigInt(high) << 32n) | BigInt(this.uint32());
  }

  /** `torch.randperm(n)`. Draws n - 1 numbers. Exact for n up to 214 million. */
  randperm(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const other = i + (this.uint32() % (n - i));
      const value = order[i]!;
      order[i] = order[other]!;
      order[other] = value;
    }
    return order;
  }

  /** Discards the next `n` numbers. */
  skip(n: number): void {
    const position = this.#position + n;
    const blocks = Math.ceil(position / blockLength) - 1;
    if (blocks > 0) {
      if (blocks < minKernelBlocks) for (let i = 0; i < blocks; i++) advance(this.#state);
      else advanceBlocks(this.#state, blocks);
      temper(this.#state, this.#numbers);
    }
    this.#position = position - Math.max(0, blocks) * blockLength;
  }

  /**
   * `out.uniform_(from, to)` for float32. Draws one number per value. Like torch, rounds the bounds and their
   * difference to float32, scales and shifts in float64, rounds to float32, and replaces `to` with `from`.
   */
  uniform(out: Float32Array, from: number, to: number): void {
    const start = Math.fround(from);
    const end = Math.fround(to);
    const step = Math.fround(end - start) * 2 ** -24; // exact: a power of two
    const range = { start, end, step };
    const remaining = blockLength - this.#position;
    const blocks = Math.floor((out.length - remaining) / blockLength);
    if (blocks < minKernelBlocks) {
      this.#uniform(out, range);
      return;
    }
    const tail = remaining + blocks * blockLength;
    this.#uniform(out.subarray(0, remaining), range);
    uniformBlocks(this.#state, out.subarray(remaining, tail), range);
    this.#uniform(out.subarray(tail), range);
  }

  /**
   * The mask of `nn.Dropout(p)`: 1 / (1 - p) with probability 1 - p, otherwise 0. Draws two numbers per value, the
   * high word first, and none for p = 0 or 1. Matches PyTorch on AMD and ARM processors; on Intel's, its MKL builds
   * instead draw one number to seed MKL's own generator.
   */
  dropoutMask(out: Float32Array, p: number): void {
    if (p === 0 || p === 1) {
      out.fill(1 - p);
      return;
    }
    const scale = 1 / Math.fround(1 - p);
    // Keeps a value if (u64 & (2^53 - 1)) * 2^-53 < 1 - p. The comparison by words is exact and has no unpredictable
    // branch: the high words are almost never equal.
    const threshold = (1 - p) * 2 ** 53;
    const thresholdHigh = Math.floor(threshold / 2 ** 32);
    const thresholdLow = threshold % 2 ** 32;
    const value = (high: number, low: number): number => {
      const top = high & 0x1fffff;
      const keep = top === thresholdHigh ? Number(low >>> 0 < thresholdLow) : (top - thresholdHigh) >>> 31;
      return keep * scale;
    };
    const numbers = this.#numbers;
    for (let filled = 0; filled < out.length; ) {
      const position = this.#position;
      const count = Math.min((blockLength - position) >> 1, out.length - filled);
      for (let i = 0; i < count; i++) {
        out[filled + i] = value(numbers[position + 2 * i]!, numbers[position + 2 * i + 1]!);
      }
      filled += count;
      this.#position += 2 * count;
      // The value that spans two blocks if the position is odd, or the first of the next block.
      if (filled < out.length) out[filled++] = value(this.uint32(), this.uint32());
    }
  }

  state(): GeneratorState {
    return { words: Array.from(this.#state), position: this.#position };
  }

  /** Continues from `state`. */
  restore(state: GeneratorState): void {
    this.#state.set(state.words);
    temper(this.#state, this.#numbers);
    this.#position = state.position;
  }

  /** `uniform` in JavaScript, for any number of values. The kernel does the same for whole blocks. */
  #uniform(out: Float32Array, { start, end, step }: UniformRange): void {
    const numbers = this.#numbers;
    for (let filled = 0; filled < out.length; ) {
      if (this.#position === blockLength) this.#nextBlock();
      const position = this.#position;
      const count = Math.min(blockLength - position, out.length - filled);
      for (let i = 0; i < count; i++) {
        const value = Math.fround((numbers[position + i]! & 0xffffff) * step + start);
        out[filled + i] = value === end ? start : value;
      }
      filled += count;
      this.#position += count;
    }
  }

  #nextBlock(): void {
    advance(this.#state);
    temper(this.#state, this.#numbers);
    this.#position = 0;
  }
}
