// MT19937, the generator of PyTorch (on the CPU), Python and NumPy's RandomState, one block at a time.
// Source: Matsumoto & Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
// generator" (1998), with the seeding of 2002. Words are int32, which JavaScript engines store unboxed.

/** The number of words in a state, and of numbers in a block. */
export const blockLength = 624;

const middle = 397;
// As int32, so that all operations are on integers.
const matrix = 0x9908b0df | 0;
const temperingB = 0x9d2c5680 | 0;
const temperingC = 0xefc60000 | 0;

/** Initializes the state before the first block. */
export function seedState(state: Int32Array, seed: number): void {
  state[0] = seed;
  for (let i = 1; i < blockLength; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
}

/** Advances the state by one block. */
export function advance(state: Int32Array): void {
  const last = blockLength - 1;
  let i = 0;
  for (; i < blockLength - middle; i++) state[i] = twisted(state[i]!, state[i + 1]!) ^ state[i + middle]!;
  for (; i < last; i++) state[i] = twisted(state[i]!, state[i + 1]!) ^ state[i + middle - blockLength]!;
  state[last] = twisted(state[last]!, state[0]!) ^ state[middle - 1]!;
}

/** Multiplies the top bit of `word` and the low bits of `next` by the generator's matrix. */
const twisted = (word: number, next: number): number =>
  (((word & ~0x7fffffff) | (next & 0x7fffffff)) >>> 1) ^ (-(next & 1) & matrix);

/** Computes a block's numbers from its state. */
export function temper(state: Int32Array, numbers: Int32Array): void {
  for (let i = 0; i < blockLength; i++) {
    let y = state[i]!;
    y ^= y >>> 11;
    y ^= (y << 7) & temperingB;
    y ^= (y << 15) & temperingC;
    numbers[i] = y ^ (y >>> 18);
  }
}
