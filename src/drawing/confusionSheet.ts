// A confusion matrix, with names and counts where they fit.

import { Page } from './page.js';

const mostNamed = 20;
/** Of a cell with a count. */
const side = 64;
const margin = 16;
const lineHeight = 25;
/** For the names of the rows. */
const nameWidth = 140;
/** Of a matrix without names, about. */
const largest = 720;

/** `confusion[i][j]` counts images of class i that were predicted as class j. Colours show the share of the row. */
export function confusionSheet(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
  caption: string,
): Page {
  const named = classes.length <= mostNamed;
  const cell = named ? side : Math.max(1, Math.floor(largest / classes.length));
  const [left, top] = [margin + (named ? nameWidth : 0), margin + (named ? 2 : 1) * lineHeight];
  const matrix = cell * classes.length;
  const page = new Page(Math.max(left + matrix, 320) + margin, top + matrix + margin);
  page.write(caption, margin, margin, { size: 14, maxWidth: page.width - 2 * margin });
  confusion.forEach((row, label) => {
    const total = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    const y = top + label * cell;
    if (named) page.write(classes[label]!, margin, y + side / 2 - 6, { size: 12, maxWidth: nameWidth - 8 });
    row.forEach((count, predicted) => {
      const x = left + predicted * cell;
      const pixel = { width: 1, height: 1, rgb: colourOf(count / total, label === predicted) };
      page.paste(pixel, x, y, { width: cell, height: cell });
      const style = { size: 12, maxWidth: side - 8 };
      if (named) page.write(String(count), x + 8, y + side / 2 - 6, style);
      if (named && label === 0) page.write(classes[predicted]!, x, margin + lineHeight, style);
    });
  });
  return page;
}

/** From white to blue, or to orange off the diagonal, light enough for the counts. */
function colourOf(share: number, correct: boolean): Uint8Array {
  const full = correct ? [110, 160, 235] : [240, 150, 95];
  return Uint8Array.from(full, (value) => Math.round(255 + (value - 255) * share));
}
