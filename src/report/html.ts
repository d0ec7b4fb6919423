// HTML in which all that comes from outside is escaped: a template that knows what is markup and what is text.

import { printable } from '../core/errors.js';

/** Markup. Only the template of this file makes it, and `trusted`. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = Html | string | number | undefined | false | readonly Part[];

/**
 * Markup from a template. Texts that are put in are escaped, for elements and for quoted attributes, and what would move
 * or hide other text (controls, line breaks, overrides of direction) becomes visible, as `printable` shows it. Markup
 * and lists go in as they are; undefined and false are nothing.
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

/** Markup that this program made otherwise: charts. Never of text from outside. */
export const trusted = (markup: string): Html => new Html(markup);

/** The name of a class or a file. Its writing direction ends with it. */
export const name = (text: string): Html => html`<bdi class="name">${text}</bdi>`;
