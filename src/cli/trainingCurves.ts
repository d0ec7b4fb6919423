// The curves of a training: its losses and its accuracies, side by side where there is room, else one above the other.

import type { EpochEvent } from '../training/events.js';
import { type Chart, chartLines, strokes } from './curve.js';

/** Fewer epochs make no curve. */
const fewest = 3;
const rows = 6;
const between = 3;
const widestChart = 60;
/** What a chart has at least. */
const narrowest = 38;

/** No lines where there is nothing to be seen. `columns`: how many there are. */
export function trainingCurves(epochs: readonly EpochEvent[], columns: number, unicode: boolean): string[] {
  const room = Math.min(columns, 2 * widestChart + between) - 1;
  if (epochs.length < fewest || room < narrowest) return [];
  const judged = epochs.every(
    ({ valLoss, valAccuracy }) => valLoss !== undefined && valAccuracy !== undefined,
  );
  const chart = (title: string, learnt: number[], validated: (number | undefined)[]): Chart => ({
    title,
    from: epochs[0]!.epoch,
    series: [
      { values: learnt, stroke: 'dotted' },
      ...(judged ? [{ values: validated as number[], stroke: 'solid' as const }] : []),
    ],
  });
  const charts = [
    chart(
      'loss',
      epochs.map(({ loss }) => loss),
      epochs.map(({ valLoss }) => valLoss),
    ),
    chart(
      'accuracy',
      epochs.map(({ accuracy }) => accuracy),
      epochs.map(({ valAccuracy }) => valAccuracy),
    ),
  ];
  const sideBySide = room >= 2 * narrowest + between;
  const width = Math.min(widestChart, sideBySide ? Math.floor((room - between) / 2) : room);
  const [losses, accuracies] = charts.map((each) => chartLines(each, { columns: width, rows, unicode }));
  const { solid, dotted } = strokes(unicode);
  return [
    ...(sideBySide
      ? losses!.map((line, index) => `${line}${' '.repeat(between)}${accuracies![index]}`)
      : [...losses!, ...accuracies!]),
    judged ? `(${dotted} training, ${solid} validation, by epoch)` : '(by epoch)',
  ].map((line) => line.trimEnd());
}
