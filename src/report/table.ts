// Tables: with a caption, headers that name what they head, and a place of their own to scroll in.

import { type Html, html } from './html.js';

type Cell = Html | string | number;

interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of each row names it. */
  readonly rows: readonly (readonly Cell[])[];
  /** How many columns, from the first on, are words; the others are numbers, which are aligned at their end. */
  readonly words?: number;
}

/** Whoever has no mouse scrolls a wide table by its keys, once it has the focus. */
export function table({ caption, head, rows, words = 1 }: Table): Html {
  const kind = (column: number) => (column < words ? 'word' : 'number');
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

/** What is too long for most readers, behind a line that opens it. */
export const folded = (summary: string, content: Html): Html =>
  html`<details><summary>${summary}</summary>
${content}</details>
`;

/** A share as a bar beside its number. */
export const bar = (share: number): Html =>
  html`<span class="share">${share.toFixed(3)} <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="filled" width="${(share * 100).toFixed(1)}" height="10"/></svg></span>`;

/** A section with a heading that the contents lead to. */
export const section = (id: string, title: string, ...content: readonly (Html | false | undefined)[]): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}</section>
`;
