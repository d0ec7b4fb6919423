// The first layer's kernels as a grid.

import { fitted } from './lettering.js';
import { Page } from './page.js';

/** Each weight of a kernel is a square of so many pixels. */
const enlargement = 6;
const gap = 6;
const margin = 16;
const captionSize = 11;
const captionRoom = captionSize + 14;

/**
 * `rgb`: [count, side, side, 3], the kernels in their order, in rows from the top left. `caption` says what they are.
 */
export function filterSheet(
  { count, side, rgb }: { count: number; side: number; rgb: Uint8Array },
  caption: string,
): Page {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const step = side * enlargement + gap;
  const page = new Page(
    Math.max(columns * step - gap, 320) + 2 * margin,
    rows * step - gap + 2 * margin + captionRoom,
  );
  const line = fitted(caption, captionSize, page.width - 2 * margin);
  page.write(line, margin, margin, { size: captionSize, bold: true });
  for (let kernel = 0; kernel < count; kernel++) {
    const length = side * side * 3;
    const pixels = { width: side, height: side, rgb: rgb.subarray(kernel * length, (kernel + 1) * length) };
    const x = margin + (kernel % columns) * step;
    const y = margin + captionRoom + Math.floor(kernel / columns) * step;
    page.paste(pixels, x, y, enlargement);
  }
  return page;
}
