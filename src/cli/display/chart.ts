// A small line chart for a terminal, in braille or ASCII characters.

/** One line of a chart. */
interface Series {
  readonly values: readonly number[];
  /** Distinguishes two lines without colors. */
  readonly stroke: 'solid' | 'dotted';
}

export interface Chart {
  readonly title: string;
  /** Lines of equal length. Later ones are drawn on top. */
  readonly series: readonly Series[];
  /** The labels of the horizontal axis, at its beginning and at its end. */
  readonly ends: readonly [string, string];
}

interface Size {
  readonly columns: number;
  /** Rows of the plot, without title and axis. */
  readonly rows: number;
  readonly unicode: boolean;
}

/** A character as `wide` x `high` points. `marks` has the stroke of each point, row by row; undefined if not set. */
interface Cell {
  readonly wide: number;
  readonly high: number;
  readonly of: (marks: readonly (Series['stroke'] | undefined)[]) => string;
}

/** The bits of a braille character's eight points, row by row (Unicode, U+2800). */
const brailleBits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
const braille: Cell = {
  wide: 2,
  high: 4,
  of: (marks) => {
    const bits = marks.reduce((sum, mark, index) => sum + (mark ? brailleBits[index]! : 0), 0);
    return bits === 0 ? ' ' : String.fromCodePoint(0x2800 + bits);
  },
};
const ascii: Cell = { wide: 1, high: 1, of: ([mark]) => (mark ? { solid: '*', dotted: '.' }[mark] : ' ') };

/** A dotted line has one point in this many columns of points. */
const gap = 3;

/** The strokes as a legend shows them. */
export const strokes = (unicode: boolean) =>
  unicode ? { solid: '\u2812\u2812', dotted: '\u2802\u2810' } : { solid: '**', dotted: '..' };

/** The chart as lines of exactly `columns` columns: title, plot, axis with its ends. */
export function chartLines(
  { title, series, ends: [first, last] }: Chart,
  { columns, rows, unicode }: Size,
): string[] {
  const all = series.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const labels = [high.toFixed(3), low.toFixed(3)];
  const margin = Math.max(...labels.map((label) => label.length));
  const plot = columns - margin - 2;
  const cell = unicode ? braille : ascii;
  const points = Array.from({ length: rows * cell.high }, () =>
    new Array<Series['stroke'] | undefined>(plot * cell.wide).fill(undefined),
  );
  const bottom = points.length - 1;
  const rowOf = (value: number) =>
    high === low ? bottom : Math.round(((high - value) / (high - low)) * bottom);
  for (const { values, stroke } of series) {
    draw(points, resampled(values, plot * cell.wide).map(rowOf), stroke, cell.wide === 1 ? 1 : gap);
  }
  const axis = unicode
    ? { tick: '┤', side: '│', corner: '└', base: '─' }
    : { tick: '+', side: '|', corner: '+', base: '-' };
  const side = (row: number) => (row === 0 || row === rows - 1 ? axis.tick : axis.side);
  const label = (row: number) =>
    (row === 0 ? labels[0]! : row === rows - 1 ? labels[1]! : '').padStart(margin);
  return [
    `${' '.repeat(margin + 2)}${title}`.padEnd(columns).slice(0, columns),
    ...Array.from(
      { length: rows },
      (_, row) => `${label(row)} ${side(row)}${charactersOf(points, row, cell)}`,
    ),
    `${' '.repeat(margin + 1)}${axis.corner}${axis.base.repeat(plot)}`,
    `${' '.repeat(margin + 2)}${first}${last.padStart(plot - first.length)}`,
  ];
}

type Points = (Series['stroke'] | undefined)[][];

/** Draws a line through row `path[column]` of each column of points. */
function draw(points: Points, path: readonly number[], stroke: Series['stroke'], gap: number): void {
  path.forEach((row, column) => {
    if (stroke === 'dotted') {
      if (column % gap === 0) points[row]![column] = stroke;
      return;
    }
    const before = path[column - 1] ?? row;
    const step = Math.sign(before - row);
    points[row]![column] = stroke;
    for (let at = row + step; at !== before && step !== 0; at += step) points[at]![column] = stroke;
  });
}

function charactersOf(points: Points, row: number, { wide, high, of }: Cell): string {
  const rows = points.slice(row * high, (row + 1) * high);
  return Array.from({ length: rows[0]!.length / wide }, (_, column) =>
    of(rows.flatMap((each) => each.slice(column * wide, (column + 1) * wide))),
  ).join('');
}

/** `count` values: interpolated, or means of several if there are more values than columns. */
function resampled(values: readonly number[], count: number): number[] {
  const last = values.length - 1;
  return Array.from({ length: count }, (_, column) => {
    if (values.length > count) {
      const begin = Math.floor((column * values.length) / count);
      const part = values.slice(
        begin,
        Math.max(begin + 1, Math.floor(((column + 1) * values.length) / count)),
      );
      return part.reduce((sum, value) => sum + value, 0) / part.length;
    }
    const place = count === 1 ? 0 : (column * last) / (count - 1);
    const before = Math.floor(place);
    const [a, b] = [values[before]!, values[Math.min(last, before + 1)]!];
    return a + (b - a) * (place - before);
  });
}
