// Small maps as tiles: the nearest value, so that one can see how few there are.

import type { Pixels } from './page.js';

/** `pixels` as a square of `side` pixels. */
export function enlarged({ width, height, rgb }: Pixels, side: number): Pixels {
  const result = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const row = Math.floor((y * height) / side) * width;
    for (let x = 0; x < side; x++) {
      const from = 3 * (row + Math.floor((x * width) / side));
      result.set(rgb.subarray(from, from + 3), 3 * (y * side + x));
    }
  }
  return { width: side, height: side, rgb: result };
}
