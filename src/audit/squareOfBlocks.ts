// Means of 8 x 8 pixels brought to a small square, as near as can be to what resizing the pixels themselves gives: each
// mean has the weight that its pixels have in the triangle filter of ../resizeAxis.ts.

import type { Eighth } from './jpegEighth.js';

/** [side, side, 3] bytes. */
export type SquareOfBlocks = (eighth: Eighth) => Uint8Array;

/** Most data sets have a few common sizes, whose axes are kept. */
const keptAxes = 256;

/** A function that keeps its axes from image to image. */
export function createSquareOfBlocks(side: number): SquareOfBlocks {
  const axes = new Map<number, BlockAxis>();
  const axisFor = (size: number): BlockAxis => {
    const axis = axes.get(size) ?? createBlockAxis(size, side);
    if (axes.size >= keptAxes) axes.clear();
    axes.set(size, axis);
    return axis;
  };
  return ({ image: { data, width: across, height: down }, width, height }) =>
    sumColumns(sumRows(data, across, down, axisFor(width)), axisFor(height));
}

/** Output i is the weighted sum of `counts[i]` blocks from `starts[i]` on; the weights of all outputs in a row. */
interface BlockAxis {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float32Array;
}

/** [down, outputs, 3] of [down, across, 3]. */
function sumRows(data: Uint8Array, across: number, down: number, { starts, counts, weights }: BlockAxis) {
  const sums = new Float32Array(down * starts.length * 3);
  for (let y = 0, to = 0; y < down; y++) {
    for (let x = 0, i = 0; x < starts.length; x++) {
      let [red, green, blue] = [0, 0, 0];
      let from = (y * across + starts[x]!) * 3;
      for (const end = i + counts[x]!; i < end; i++) {
        red += weights[i]! * data[from]!;
        green += weights[i]! * data[from + 1]!;
        blue += weights[i]! * data[from + 2]!;
        from += 3;
      }
      sums[to++] = red;
      sums[to++] = green;
      sums[to++] = blue;
    }
  }
  return sums;
}

/** [outputs, outputs, 3] of [down, outputs, 3]. */
function sumColumns(rows: Float32Array, { starts, counts, weights }: BlockAxis): Uint8Array {
  const length = starts.length * 3;
  const square = new Uint8Array(starts.length * length);
  for (let y = 0, first = 0; y < starts.length; y++) {
    for (let x = 0; x < length; x++) {
      let sum = 0.5; // to round
      let from = starts[y]! * length + x;
      for (let i = first; i < first + counts[y]!; i++) {
        sum += weights[i]! * rows[from]!;
        from += length;
      }
      square[y * length + x] = sum;
    }
    first += counts[y]!;
  }
  return square;
}

function createBlockAxis(size: number, side: number): BlockAxis {
  const scale = size / side;
  const support = Math.max(scale, 1);
  const [starts, counts] = [new Int32Array(side), new Int32Array(side)];
  const all: number[] = [];
  for (let i = 0; i < side; i++) {
    const centre = (i + 0.5) * scale;
    const [from, to] = [Math.max(0, centre - support), Math.min(size, centre + support)];
    const below = (at: number) => belowTriangle((Math.min(Math.max(at, from), to) - centre) / support);
    starts[i] = Math.floor(from / 8);
    counts[i] = Math.ceil(to / 8) - starts[i]!;
    const sum = below(to) - below(from);
    for (let block = starts[i]!; block < Math.ceil(to / 8); block++) {
      all.push((below(8 * block + 8) - below(8 * block)) / sum);
    }
  }
  return { starts, counts, weights: Float32Array.from(all) };
}

/** The part of the triangle filter, from -1 to 1, that lies below `at`. */
const belowTriangle = (at: number): number => (at < 0 ? (1 + at) ** 2 / 2 : 1 - (1 - at) ** 2 / 2);
