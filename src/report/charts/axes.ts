// What all charts of a report have in common.

import { type Html, html, trusted } from '../html.js';
import { renderChart, type Size } from './renderer.js';

/** Two drawings of one chart: the letters of a single one would be too small on a phone, or too large on a desk. */
const sizes: readonly (Size & { className: string })[] = [
  { className: 'chart wide', width: 540, height: 300 },
  { className: 'chart narrow', width: 340, height: 250 },
];

/** A figure with its chart, drawn wide and narrow; `legend` tells lines apart without colour. */
export function chartFigure(
  id: string,
  title: string,
  summary: string,
  legend: readonly { name: string; className: string }[],
  option: object,
): Html {
  const drawn = sizes.map(({ className, ...size }) =>
    trusted(renderChart(`${id}-${size.width}`, size, option, className)),
  );
  return html`<figure class="card">
<h3>${title}</h3>
<ul class="legend" aria-hidden="true">${legend.map(({ name, className }) => html`<li><svg class="key ${className}" viewBox="0 0 28 10"><path d="M1 5H27"/></svg>${name}</li>`)}</ul>
<div role="img" aria-label="${summary}">${drawn}</div>
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

/** A number axis, with its name below or above it. */
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

/** Series don't answer to a pointer. */
export const still = { emphasis: { disabled: true }, silent: true };
