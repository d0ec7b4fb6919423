// predict --explain: each photo, and beside it the same photo under its heat map.

import { heatColour } from './colours.js';
import { Page, type Pixels } from './page.js';

/** One photo on the sheet. */
export interface Explained {
  readonly photo: Pixels;
  /** The photo with the heat map over it; the same size. */
  readonly heat: Pixels;
  /** The photo's file name, and the predicted class with its probability. */
  readonly name: string;
  readonly verdict: string;
}

const margin = 20;
const gap = 4;
const columnGap = 28;
/** Two lines of text below a photo, and the space to the next row. */
const textHeight = 60;
const legendHeight = 14;
const grey = '#777';

/** The columns of a sheet with `count` photos, and the longer side of each photo in pixels. */
export function explanationLayout(count: number): { columns: number; side: number } {
  if (count === 1) return { columns: 1, side: 420 };
  return count <= 8 ? { columns: 2, side: 280 } : { columns: 3, side: 220 };
}

/** Draws the photos in rows from the top left. They have the size that `explanationLayout` returns. */
export function explanationSheet(explained: readonly Explained[]): Page {
  const layout = explanationLayout(explained.length);
  const columns = Math.min(layout.columns, explained.length);
  const rows = Array.from({ length: Math.ceil(explained.length / columns) }, (_, row) =>
    explained.slice(row * columns, (row + 1) * columns),
  );
  const maxWidth = Math.max(...explained.map(({ photo }) => 2 * photo.width + gap), 260);
  const heights = rows.map((row) => Math.max(...row.map(({ photo }) => photo.height)) + textHeight);
  const page = new Page(
    2 * margin + columns * maxWidth + (columns - 1) * columnGap,
    2 * margin + heights.reduce((a, b) => a + b, 0) + legendHeight,
  );
  let y = margin;
  rows.forEach((row, index) => {
    row.forEach(({ photo, heat, name, verdict }, column) => {
      const x = margin + column * (maxWidth + columnGap);
      page.paste(photo, x, y);
      page.paste(heat, x + photo.width + gap, y);
      const below = y + photo.height + 9;
      page.write(verdict, x, below, { size: 15, maxWidth });
      page.write(name, x, below + 21, { size: 11, colour: grey, maxWidth });
    });
    y += heights[index]!;
  });
  drawLegend(page, layout.side, y);
  return page;
}

function drawLegend(page: Page, side: number, y: number): void {
  const [width, height] = [Math.min(120, side / 2), 8];
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(heatColour((i % width) / (width - 1)), 3 * i);
  page.paste({ width, height, rgb }, margin, y);
  const x = margin + width + 10;
  const style = { size: 11, colour: grey, maxWidth: page.width - x - margin };
  page.write('brighter: more evidence for the class (Grad-CAM)', x, y - 1, style);
}
