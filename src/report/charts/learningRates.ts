// The loss by learning rate, as an SVG file of its own.

import { grid, still, valueAxis } from './axes.js';
import { renderChart } from './renderer.js';

interface Curve {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothed: readonly number[];
  readonly suggestion?: number;
}

/** The colours of the page's style, in its light form: an image has no page. */
const colours =
  ':root{--ink:#1b1f27;--soft:#565e6c;--rule:#dfe3e9;--train:#1f63c4;--steps:#7493c4;--val:#b0510a}text{font:12px sans-serif}';

/** Losses above this multiple of the first one would flatten the rest of the curve. */
const highest = 2;

export function learningRateSvg({ rates, losses, smoothed, suggestion }: Curve): string {
  const top = highest * (smoothed[0] ?? 1);
  const low = Math.min(...smoothed, top);
  const line = (values: readonly number[], colour: string, width: number) => ({
    type: 'line',
    data: values.map((loss, index) => [Math.log10(rates[index]!), Math.min(loss, top)]),
    symbol: 'none',
    lineStyle: { color: colour, width },
    ...still,
  });
  const mark = suggestion === undefined ? [] : [suggestion];
  const option = {
    grid,
    xAxis: valueAxis('learning rate', {
      min: -7,
      max: 1,
      interval: 1,
      axisLabel: { color: 'var(--soft)', formatter: (power: number) => `1e${power}` },
    }),
    yAxis: valueAxis('loss', { min: Math.floor(low * 10) / 10 }),
    series: [
      line(losses, 'var(--steps)', 1),
      line(smoothed, 'var(--train)', 2),
      ...mark.map((rate) => ({
        type: 'line',
        data: [low, top].map((loss) => [Math.log10(rate), loss]),
        symbol: 'none',
        lineStyle: { color: 'var(--val)', width: 1.5, type: [5, 4] },
        ...still,
      })),
    ],
  };
  const svg = renderChart('rates', { width: 720, height: 400 }, option, 'chart');
  return svg.replace(/^<svg[^>]*>/, (start) => {
    const named = start.includes('xmlns=')
      ? start
      : start.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
    return `${named.replace(' aria-hidden="true"', '')}<style>${colours}</style>`;
  });
}
