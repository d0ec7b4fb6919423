// Loss and accuracy by epoch.

import { percent } from '../../core/formatting.js';
import type { Html } from '../html.js';
import { decimal } from '../numbers.js';
import type { Curves, EpochFigures } from '../reportData.js';
import { chartFigure, grid, still, valueAxis } from './axes.js';

type Point = readonly [number, number];

/** The largest number of steps in the chart; more are subsampled. */
const shownSteps = 400;

export function lossChart({ epochs, steps }: Curves): Html {
  const summary = epochs.length > 0 ? describe(epochs, 'loss', 'valLoss', decimal) : `${steps.length} steps.`;
  const every = Math.ceil(steps.length / shownSteps);
  const series = [
    stepLine(steps.filter((_, index) => index % every === 0).map(({ at, loss }) => [at, loss])),
    training(epochs.map(({ epoch, loss }) => [epoch, loss])),
    validation(pointsOf(epochs, 'valLoss')),
  ];
  const legend = [
    ...(steps.length > 0 ? [{ name: 'per step', className: 'steps' }] : []),
    ...legendOf(epochs),
  ];
  return chartFigure(
    'loss',
    'Loss',
    `Loss by epoch. ${summary}`,
    legend,
    optionOf(epochs, steps, series, {}),
  );
}

export function accuracyChart({ epochs, steps }: Curves): Html {
  const series = [
    training(epochs.map(({ epoch, accuracy }) => [epoch, accuracy])),
    validation(pointsOf(epochs, 'valAccuracy')),
  ];
  const lowest = Math.min(...epochs.flatMap(({ accuracy, valAccuracy = 1 }) => [accuracy, valAccuracy]));
  const range = {
    min: Math.min(0.9, Math.floor(lowest * 10) / 10),
    max: 1,
    axisLabel: { color: 'var(--soft)', formatter: (value: number) => `${Math.round(value * 100)}%` },
  };
  const summary = `Accuracy by epoch. ${describe(epochs, 'accuracy', 'valAccuracy', percent)}`;
  return chartFigure(
    'accuracy',
    'Accuracy',
    summary,
    legendOf(epochs),
    optionOf(epochs, steps, series, range),
  );
}

const legendOf = (epochs: readonly EpochFigures[]) => [
  { name: 'training', className: 'train' },
  ...(pointsOf(epochs, 'valLoss').length > 0 ? [{ name: 'validation', className: 'val' }] : []),
];

function optionOf(
  epochs: readonly EpochFigures[],
  steps: Curves['steps'],
  series: readonly object[],
  range: object,
): object {
  const last = Math.max(1, epochs.at(-1)?.epoch ?? 0, Math.ceil(steps.at(-1)?.at ?? 0));
  const whole = last <= 12 ? { interval: 1 } : { minInterval: 1 };
  return {
    grid,
    xAxis: valueAxis('epoch', { min: 0, max: last, splitLine: { show: false }, ...whole }),
    yAxis: valueAxis('', { ...range }),
    series,
  };
}

const pointsOf = (epochs: readonly EpochFigures[], key: 'valLoss' | 'valAccuracy'): Point[] =>
  epochs.flatMap((epoch) => (epoch[key] === undefined ? [] : [[epoch.epoch, epoch[key]] as const]));

/** Without markers for many epochs, which would hide the line. */
const lineOf = (data: readonly Point[], symbol: string, colour: string, style: object) => ({
  type: 'line',
  data,
  symbol: data.length > 40 ? 'none' : symbol,
  symbolSize: 7,
  itemStyle: { color: colour },
  lineStyle: { color: colour, width: 2, ...style },
  ...still,
});

const training = (data: readonly Point[]) => lineOf(data, 'circle', 'var(--train)', {});
const validation = (data: readonly Point[]) => lineOf(data, 'rect', 'var(--val)', { type: [6, 4] });
const stepLine = (data: readonly Point[]) => ({
  type: 'line',
  data,
  symbol: 'none',
  lineStyle: { color: 'var(--steps)', width: 1 },
  ...still,
});

/** The curves in words, for screen readers. */
function describe(
  epochs: readonly EpochFigures[],
  training: 'loss' | 'accuracy',
  validation: 'valLoss' | 'valAccuracy',
  format: (value: number) => string,
): string {
  const [first, last] = [epochs[0]!, epochs.at(-1)!];
  const change = (key: typeof training | typeof validation) =>
    first[key] === undefined || last[key] === undefined
      ? ''
      : `from ${format(first[key])} in epoch ${first.epoch} to ${format(last[key])} in epoch ${last.epoch}`;
  const validated = change(validation);
  return `Training ${change(training)}${validated ? `; validation ${validated}` : ''}. The table below lists every epoch.`;
}
