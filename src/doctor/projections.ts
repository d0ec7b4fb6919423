// Comparing large tensors by a few numbers each: a norm, and projections on random vectors.

import { MersenneTwister } from '../random/generator.js';

/** What is known of a tensor, in PyTorch's layout. */
export interface Summary {
  readonly name: string;
  readonly norm: number;
  /** Sum k is that of the values k, k + 8, k + 16 ..., each times its own draw from U(-1, 1). */
  readonly projections: readonly number[];
}

/** The mean square of a draw from U(-1, 1). */
const meanSquare = 1 / 3;

/**
 * The largest difference of a tensor from its summary, as a share of the summary's norm: the larger of the norms'
 * difference and of an estimate of the difference's norm, for which all projections together are worth
 * `projections.length` looks at it. NaN where a value is.
 *
 * The random vectors are drawn from one generator with seed `seed`, tensor by tensor. `valuesOf` is asked for each tensor
 * once; `minus`, where it is given, for what is to be taken off it.
 */
export function largestDifference(
  summaries: readonly Summary[],
  seed: number,
  valuesOf: (name: string) => Float32Array,
  minus?: (name: string) => Float32Array,
): number {
  const generator = new MersenneTwister(seed);
  const differences = summaries.map(({ name, norm, projections }) => {
    const found = summarize(valuesOf(name), minus?.(name), projections.length, generator);
    const squares = found.projections.map((sum, k) => (sum - projections[k]!) ** 2);
    const estimate = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / meanSquare);
    return Math.max(Math.abs(found.norm - norm), estimate) / norm;
  });
  return Math.max(...differences);
}

function summarize(
  values: Float32Array,
  minus: Float32Array | undefined,
  count: number,
  generator: MersenneTwister,
): Omit<Summary, 'name'> {
  const draws = new Float32Array(values.length);
  generator.uniform(draws, -1, 1);
  const sums = new Float64Array(count);
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = minus ? values[i]! - minus[i]! : values[i]!;
    squares += value * value;
    sums[i % count]! += value * draws[i]!;
  }
  return { norm: Math.sqrt(squares), projections: [...sums] };
}
