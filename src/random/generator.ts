// PyTorch's random numbers on the CPU: the ways in which torch reads its Mersenne Twister, bit for bit.
// Source: aten/src/ATen/core/TransformationHelper.h and aten/src/ATen/native/cpu/DistributionTemplates.h of PyTorch.

import { advanceBlocks, type UniformRange, uniformBlocks, worthTheKernel } from './blocks.js';
import { advance, blockLength, seedState, temper } from './mt19937.js';

/** Where a generator stands, as plain JSON. */
export interface GeneratorState {
  /** The 624 words of the current block, before tempering. */
  readonly words: readonly number[];
  /** How many of the block's numbers were drawn. */
  readonly position: number;
}

/** The numbers that `torch.Generator('cpu').manual_seed(seed)` gives, draw for draw and bit for bit. */
export class MersenneTwister {
  readonly #state = new Int32Array(blockLength);
  /** The current block's numbers, tempered from the state. */
  readonly #numbers = new Int32Array(blockLength);
  #position = blockLength;

  /** `seed` is an integer; torch's CPU generator, too, uses its low 32 bits alone. */
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

  /** `torch.empty((), dtype=torch.int64).random_()`: in [0, 2^63). Two draws, the high word first. */
  random63(): bigint {
    const high = this.uint32() & 0x7fffffff;
    return (BigInt(high) << 32n) | BigInt(this.uint32());
  }

  /** `torch.randperm(n)`: 0 to n - 1, shuffled. n - 1 draws. Exact for n up to 214 million. */
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

  /** Leaves out the next `n` numbers, as if they had been drawn. */
  skip(n: number): void {
    const position = this.#position + n;
    const blocks = Math.ceil(position / blockLength) - 1;
    if (blocks > 0) {
      if (blocks < worthTheKernel) for (let i = 0; i < blocks; i++) advance(this.#state);
      else advanceBlocks(this.#state, blocks);
      temper(this.#state, this.#numbers);
    }
    this.#position = position - Math.max(0, blocks) * blockLength;
  }

  /**
   * `out.uniform_(from, to)` for float32: one draw a value. torch takes the bounds and their difference as float32,
   * scales and shifts in float64, and rounds once more at the end; where that gives `to`, it takes `from` instead.
   */
  uniform(out: Float32Array, from: number, to: number): void {
    const start = Math.fround(from);
    const end = Math.fround(to);
    const step = Math.fround(end - start) * 2 ** -24; // exact: a power of two
    const range = { start, end, step };
    const rest = blockLength - this.#position;
    const blocks = Math.floor((out.length - rest) / blockLength);
    if (blocks < worthTheKernel) {
      this.#uniform(out, range);
      return;
    }
    const behind = rest + blocks * blockLength;
    this.#uniform(out.subarray(0, rest), range);
    uniformBlocks(this.#state, out.subarray(rest, behind), range);
    this.#uniform(out.subarray(behind), range);
  }

  /**
   * What `nn.Dropout(p)` multiplies its input by: 1 / (1 - p) with probability 1 - p, else 0. Two draws a value, the
   * high word first; none for p = 0 or 1. So does PyTorch on AMD's and ARM processors; on Intel's, its builds with
   * MKL take one draw as a seed for MKL's own generator instead.
   */
  dropoutMask(out: Float32Array, p: number): void {
    if (p === 0 || p === 1) {
      out.fill(1 - p);
      return;
    }
    const kept = 1 / Math.fround(1 - p);
    // Keeps where (u64 & (2^53 - 1)) * 2^-53 < 1 - p. Comparing word by word is exact, and takes no branch that a
    // processor could guess wrong: the high words are hardly ever equal.
    const threshold = (1 - p) * 2 ** 53;
    const thresholdHigh = Math.floor(threshold / 2 ** 32);
    const thresholdLow = threshold % 2 ** 32;
    const value = (high: number, low: number): number => {
      const top = high & 0x1fffff;
      const keep = top === thresholdHigh ? Number(low >>> 0 < thresholdLow) : (top - thresholdHigh) >>> 31;
      return keep * kept;
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
      // At the end of a block, and across it where an odd number was drawn before.
      if (filled < out.length) out[filled++] = value(this.uint32(), this.uint32());
    }
  }

  state(): GeneratorState {
    return { words: Array.from(this.#state), position: this.#position };
  }

  /** Goes on from where `state` was taken. */
  restore(state: GeneratorState): void {
    this.#state.set(state.words);
    temper(this.#state, this.#numbers);
    this.#position = state.position;
  }

  /** `uniform` in JavaScript, for any number of values; the kernel does the same for whole blocks. */
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

/**
 * A seed for one purpose out of many: the MurmurHash3 (x86, 32 bits) of `path`, as 32-bit words, under `seed`.
 *
 * Streams of random numbers that are seeded so, with a path that says what they are for (a purpose, an epoch), depend
 * on nothing else: not on their order, nor on how far another was read. Returns an integer from 0 to 2^32 - 1; of
 * each argument, an integer, the low 32 bits count.
 */
export function deriveSeed(seed: number, ...path: number[]): number {
  let hash = seed | 0;
  for (const word of path) {
    let mixed = Math.imul(word | 0, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    hash ^= Math.imul(mixed, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = Math.imul(hash, 5) + 0xe6546b64;
  }
  hash ^= 4 * path.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
