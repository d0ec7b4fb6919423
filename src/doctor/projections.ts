// Compares large tensors by their norms and projections onto random vectors.

import { MersenneTwister } from '../random/generator.js';

/** A summary of a tensor in PyTorch's layout. */
export interface Summary {
  readonly name: string;
  readonly norm: number;
  /** Sum k is over the values k, k + 8, k + 16 ..., each multiplied by its own random number from U(-1, 1). */
  readonly projections: readonly number[];
}

/** The mean square of U(-1, 1). */
const meanSquare = 1 / 3;

/**
 * The largest difference of a tensor from its summary, relative to the summary's norm. A tensor's difference is the
 * larger of the difference of the norms and an estimate of the difference's norm from the projections. NaN if a value
 * is NaN.
 *
 * One generator with the seed `seed` draws the random vectors, tensor by tensor. `valuesOf` is called once per tensor;
 * `minus` returns values to subtract.
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
  const vector = new Float32Array(values.length);
  generator.uniform(vector, -1, 1);
  const sums = new Float64Array(count);
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = minus ? values[i]! - minus[i]! : values[i]!;
    squares += value * value;
    sums[i % count]! += value * vector[i]!;
  }
  return { norm: Math.sqrt(squares), projections: [...sums] };
}
