// Parts that the sections share: tables, collapsed content, bars.

import { type Html, html } from './html.js';

type Cell = Html | string | number;

interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of each row is its header. */
  readonly rows: readonly (readonly Cell[])[];
  /** The number of text columns, from the first on. The others are right-aligned numbers. */
  readonly textColumns?: number;
}

/** A table in a scrollable, focusable region, so that wide tables can be scrolled with the keyboard. */
export function table({ caption, head, rows, textColumns = 1 }: Table): Html {
  const kind = (column: number) => (column < textColumns ? 'word' : 'number');
  const rowOf = ([first, ...others]: readonly Cell[]): Html =>
    html`<tr><th scope="row">${first}</th>${others.map((cell, index) => html`<td class="${kind(index + 1)}">${cell}</td>`)}</tr>
`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell, index) => html`<th scope="col" class="${kind(index)}">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(rowOf)}</tbody>
</table></div>
`;
}

/** Content that is collapsed until the reader opens it. */
export const folded = (summary: string, content: Html): Html =>
  html`<details><summary>${summary}</summary>
${content}</details>
`;

/** A value from 0 to 1 as a number and a bar. */
export const bar = (share: number): Html =>
  html`<span class="share">${share.toFixed(3)} <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="filled" width="${(share * 100).toFixed(1)}" height="10"/></svg></span>`;

/** A section with a heading. */
export const section = (id: string, title: string, ...content: readonly (Html | false | undefined)[]): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}</section>
`;

export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

/** Key figures. */
export const tiles = (list: readonly Tile[]): Html =>
  html`<dl class="tiles">${list.map(({ name, value, detail }) => html`<div><dt>${name}</dt><dd><strong>${value}</strong> <span>${detail}</span></dd></div>`)}</dl>
`;
