// The loss and accuracy curves of a training: side by side if they fit, else stacked.

import type { EpochEvent } from '../../training/events.js';
import { type Chart, chartLines, strokes } from './chart.js';

const fewestEpochs = 3;
const rows = 6;
const between = 3;
const widestChart = 60;
const narrowestChart = 38;

/** No lines if there are too few epochs or columns. */
export function trainingCurves(epochs: readonly EpochEvent[], columns: number, unicode: boolean): string[] {
  const room = Math.min(columns, 2 * widestChart + between) - 1;
  if (epochs.length < fewestEpochs || room < narrowestChart) return [];
  const hasValidation = epochs.every(
    ({ valLoss, valAccuracy }) => valLoss !== undefined && valAccuracy !== undefined,
  );
  const chart = (title: string, training: number[], validation: (number | undefined)[]): Chart => ({
    title,
    ends: [String(epochs[0]!.epoch), String(epochs.at(-1)!.epoch)],
    series: [
      { values: training, stroke: 'dotted' },
      ...(hasValidation ? [{ values: validation as number[], stroke: 'solid' as const }] : []),
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
  const sideBySide = room >= 2 * narrowestChart + between;
  const width = Math.min(widestChart, sideBySide ? Math.floor((room - between) / 2) : room);
  const [losses, accuracies] = charts.map((each) => chartLines(each, { columns: width, rows, unicode }));
  const { solid, dotted } = strokes(unicode);
  return [
    ...(sideBySide
      ? losses!.map((line, index) => `${line}${' '.repeat(between)}${accuracies![index]}`)
      : [...losses!, ...accuracies!]),
    hasValidation ? `(${dotted} training, ${solid} validation, by epoch)` : '(by epoch)',
  ].map((line) => line.trimEnd());
}
