// A template tag for HTML that escapes every interpolated text.

import { printable } from '../core/errors.js';

/** Markup, made by `html` or `trusted` only. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = Html | string | number | undefined | false | readonly Part[];

/**
 * Markup from a template. Texts are escaped for elements and quoted attributes, and characters that move or hide text
 * (controls, line breaks, bidirectional overrides) are replaced by `printable`. `Html` and lists of it are inserted
 * unchanged; undefined and false are omitted.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.map((text, index) => text + markupOf(parts[index])).join(''));
}

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (Array.isArray(part)) return part.map(markupOf).join('');
  return escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => entities[character]!);

/** Markup that alexft generated itself, such as charts. Never pass external text. */
export const trusted = (markup: string): Html => new Html(markup);

/** The name of a class or a file, with its own writing direction. */
export const name = (text: string): Html => html`<bdi class="name">${text}</bdi>`;
