// The figure around a chart, and the axes of all charts.

import { type Html, html, trusted } from '../html.js';
import { renderChart, type Size } from './renderer.js';

/** Each chart is rendered twice, as text that scales with the chart would be too small on a phone. */
const sizes: readonly (Size & { className: string })[] = [
  { className: 'chart wide', width: 540, height: 300 },
  { className: 'chart narrow', width: 340, height: 250 },
];

/** A figure with its chart for wide and narrow screens. The legend distinguishes lines without colour. */
export function chartFigure(
  id: string,
  title: string,
  summary: string,
  legend: readonly { name: string; className: string }[],
  option: object,
): Html {
  const charts = sizes.map(({ className, ...size }) =>
    trusted(renderChart(`${id}-${size.width}`, size, option, className)),
  );
  return html`<figure class="card">
<h3>${title}</h3>
<ul class="legend" aria-hidden="true">${legend.map(({ name, className }) => html`<li><svg class="key ${className}" viewBox="0 0 28 10"><path d="M1 5H27"/></svg>${name}</li>`)}</ul>
<div role="img" aria-label="${summary}">${charts}</div>
</figure>
`;
}

const line = { lineStyle: { color: 'var(--rule)' } };

export const grid = {
  left: 8,
  right: 16,
  top: 14,
  bottom: 22,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
};

/** A numeric axis with its name. */
export const valueAxis = (name: string, range: object = {}) => ({
  type: 'value',
  name,
  nameLocation: 'middle',
  nameGap: 26,
  nameTextStyle: { color: 'var(--soft)' },
  axisLabel: { color: 'var(--soft)' },
  axisLine: { show: true, ...line },
  axisTick: { show: false },
  splitLine: line,
  ...range,
});

/** Series without mouse events. */
export const still = { emphasis: { disabled: true }, silent: true };
