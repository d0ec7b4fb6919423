// The reliability diagram: accuracy by confidence.

import { percent } from '../../core/formatting.js';
import type { Calibration } from '../calibration.js';
import type { Html } from '../html.js';
import { chartFigure, grid, still, valueAxis } from './axes.js';

const share = { color: 'var(--soft)', formatter: (value: number) => `${Math.round(value * 100)}%` };

export function reliabilityChart({ bins, expectedError }: Calibration): Html {
  const filled = bins.filter(({ images }) => images > 0);
  const option = {
    grid,
    xAxis: valueAxis('confidence', { min: 0, max: 1, axisLabel: share, splitLine: { show: false } }),
    yAxis: valueAxis('', { min: 0, max: 1, axisLabel: share }),
    series: [
      {
        type: 'custom',
        data: filled.map(({ from, to, accuracy }) => [from, to, accuracy]),
        renderItem: barOf,
        ...still,
      },
      {
        type: 'line',
        data: [
          [0, 0],
          [1, 1],
        ],
        symbol: 'none',
        lineStyle: { color: 'var(--ink)', width: 1.5, type: [5, 4] },
        ...still,
      },
    ],
  };
  const summary =
    `Reliability diagram: accuracy by confidence, in ${bins.length} bins. ` +
    `The expected calibration error is ${percent(expectedError)}. The table lists every bin.`;
  const legend = [
    { name: 'accuracy', className: 'bar' },
    { name: 'perfect calibration', className: 'ideal' },
  ];
  return chartFigure('reliability', 'Reliability', summary, legend, option);
}

interface Coordinates {
  value(dimension: number): number;
  coord(point: readonly [number, number]): [number, number];
}

/** A bar from `from` to `to` with the height of the accuracy, at least two pixels. */
function barOf(_parameters: unknown, api: Coordinates): object {
  const [left, top] = api.coord([api.value(0), api.value(2)]);
  const [right, bottom] = api.coord([api.value(1), 0]);
  return {
    type: 'rect',
    shape: {
      x: left + 1,
      y: Math.min(top, bottom - 2),
      width: right - left - 2,
      height: Math.max(2, bottom - top),
    },
    style: { fill: 'var(--bar)' },
  };
}
