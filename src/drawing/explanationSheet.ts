// Where the network looked: each photo, and beside it the same with heat over it.

import { heatColour } from './colours.js';
import { fitted } from './lettering.js';
import { Page, type Pixels } from './page.js';

/** One photo's place on the sheet. */
export interface Explained {
  readonly photo: Pixels;
  /** Of the photo's size. */
  readonly heat: Pixels;
  /** The photo's name, and what it was taken for. */
  readonly name: string;
  readonly verdict: string;
}

const margin = 20;
const gap = 4;
const between = 28;
/** The two lines below a photo, and the space behind them. */
const words = 60;
const faint = '#777';

/** How many stand side by side, and the square in which each photo is fitted, for a sheet of `count`. */
export function explanationLayout(count: number): { columns: number; side: number } {
  if (count === 1) return { columns: 1, side: 420 };
  return count <= 8 ? { columns: 2, side: 280 } : { columns: 3, side: 220 };
}

/** In rows from the top left. Every photo fits in `side` pixels of `explanationLayout`. */
export function explanationSheet(explained: readonly Explained[]): Page {
  const { columns: most, side } = explanationLayout(explained.length);
  const columns = Math.min(most, explained.length);
  const rows = Array.from({ length: Math.ceil(explained.length / columns) }, (_, row) =>
    explained.slice(row * columns, (row + 1) * columns),
  );
  const cell = Math.max(...explained.map(({ photo }) => 2 * photo.width + gap), 260);
  const heights = rows.map((row) => Math.max(...row.map(({ photo }) => photo.height)) + words);
  const width = 2 * margin + columns * cell + (columns - 1) * between;
  const height = 2 * margin + heights.reduce((a, b) => a + b, 0) + legendRoom;
  const page = new Page(width, height);
  let y = margin;
  rows.forEach((row, index) => {
    row.forEach(({ photo, heat, name, verdict }, column) => {
      const x = margin + column * (cell + between);
      page.paste(photo, x, y);
      page.paste(heat, x + photo.width + gap, y);
      const below = y + photo.height + 9;
      page.write(fitted(verdict, 11, cell), x, below, { size: 11, bold: true });
      page.write(fitted(name, 8, cell), x, below + 20, { size: 8, colour: faint });
    });
    y += heights[index]!;
  });
  drawLegend(page, side, y);
  return page;
}

const legendRoom = 14;

function drawLegend(page: Page, side: number, y: number): void {
  const [width, height] = [Math.min(120, side / 2), 8];
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(heatColour((i % width) / (width - 1)), 3 * i);
  page.paste({ width, height, rgb }, margin, y);
  page.write('the brighter, the more this place spoke for the class', margin + width + 10, y, {
    size: 8,
    colour: faint,
  });
}
