// MT19937 for whole blocks, four words at a time, in AssemblyScript. blocks.ts lays out the memory and calls it.
//
// A state and the blocks after it form one sequence in memory: word i + 624 depends on the words i, i + 1 and i + 397.
// So four consecutive words never depend on each other, and block boundaries need no special case.

/** As in mt19937.ts. */
const blockLength: usize = 624;
const middle: usize = 397;
const matrix: i32 = 0x9908b0df;
const temperingB: i32 = 0x9d2c5680;
const temperingC: i32 = 0xefc60000;

/** Writes the states of the next `blocks` blocks after the state at `words`. */
export function advanceBlocks(words: usize, blocks: usize): void {
  const end = words + 4 * blockLength * blocks;
  for (let at = words; at < end; at += 16) v128.store(at, nextWords(at), 4 * blockLength);
}

/**
 * Computes uniform float32 values for the `blocks` blocks after the state at `words`, with the same operations as
 * `#uniform` in generator.ts. Writes the values to `words`, over states that are no longer needed, followed by the
 * last block's state.
 */
export function uniformBlocks(words: usize, blocks: usize, step: f64, start: f64, end: f32): void {
  const steps = f64x2.splat(step);
  const starts = f64x2.splat(start);
  const ends = f32x4.splat(end);
  const replacements = f32x4.splat(<f32>start);
  const last = words + 4 * blockLength * blocks;
  for (let at = words; at < last; at += 16) {
    const next = nextWords(at);
    v128.store(at, next, 4 * blockLength);
    const bits = v128.and(tempered(next), i32x4.splat(0xffffff));
    const low = f64x2.convert_low_i32x4_s(bits);
    const high = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(bits, bits, 2, 3, 2, 3));
    const values = v128.shuffle<i32>(
      f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(low, steps), starts)),
      f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(high, steps), starts)),
      0,
      1,
      4,
      5,
    );
    v128.store(at, v128.bitselect(replacements, values, f32x4.eq(values, ends)));
  }
}

/** The four words one block after those at `at`. */
function nextWords(at: usize): v128 {
  const nexts = v128.load(at, 4);
  const tops = v128.and(v128.load(at), i32x4.splat(0x80000000));
  const rests = v128.and(nexts, i32x4.splat(0x7fffffff));
  const odd = i32x4.shr_s(i32x4.shl(nexts, 31), 31); // all bits set if the word is odd
  const twisted = v128.xor(i32x4.shr_u(v128.or(tops, rests), 1), v128.and(odd, i32x4.splat(matrix)));
  return v128.xor(twisted, v128.load(at, 4 * middle));
}

/** Tempers four words. */
function tempered(words: v128): v128 {
  let y = v128.xor(words, i32x4.shr_u(words, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(temperingB)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(temperingC)));
  return v128.xor(y, i32x4.shr_u(y, 18));
}
