// The kernels of the first convolution as a grid.

import { Page } from './page.js';

/** The side of the square, in pixels, that shows one weight. */
const weightSide = 6;
const gap = 6;
const margin = 16;
const captionHeight = 25;

/** `rgb`: [count, side, side, 3], drawn in rows from the top left. */
export function filterSheet(
  { count, side, rgb }: { count: number; side: number; rgb: Uint8Array },
  caption: string,
): Page {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const tile = side * weightSide;
  const step = tile + gap;
  const page = new Page(
    Math.max(columns * step - gap, 320) + 2 * margin,
    rows * step - gap + 2 * margin + captionHeight,
  );
  page.write(caption, margin, margin, { size: 14, maxWidth: page.width - 2 * margin });
  for (let kernel = 0; kernel < count; kernel++) {
    const length = side * side * 3;
    const pixels = { width: side, height: side, rgb: rgb.subarray(kernel * length, (kernel + 1) * length) };
    const x = margin + (kernel % columns) * step;
    const y = margin + captionHeight + Math.floor(kernel / columns) * step;
    page.paste(pixels, x, y, { width: tile, height: tile });
  }
  return page;
}
