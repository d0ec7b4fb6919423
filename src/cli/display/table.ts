// Tables of text in aligned columns.

import { columnsOf, padEnd, padStart, truncate } from '../terminal/columns.js';

const gap = '  ';
/** Columns that a truncated cell has at least. */
const shortestCell = 8;

/**
 * The rows as lines of at most `columns`, with a column per entry of `align`. If they do not fit, the last left-aligned
 * column is truncated.
 */
export function table(
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[],
  columns: number,
): string[] {
  const widths = align.map((_, index) => Math.max(...rows.map((row) => columnsOf(row[index]!))));
  const needed = widths.reduce((sum, width) => sum + width, gap.length * (align.length - 1));
  const flexible = align.lastIndexOf('left');
  if (needed > columns) widths[flexible] = Math.max(shortestCell, widths[flexible]! - (needed - columns));
  const cell = (text: string, index: number) =>
    align[index] === 'left'
      ? padEnd(truncate(text, widths[index]!), widths[index]!)
      : padStart(text, widths[index]!);
  return rows.map((row) => truncate(row.map(cell).join(gap).trimEnd(), columns));
}
