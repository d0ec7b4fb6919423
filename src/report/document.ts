// The frame of a page: one HTML file without scripts and external resources.

import { createHash } from 'node:crypto';
import { type Html, html, trusted } from './html.js';
import { style } from './style.js';

interface Page {
  readonly title: string;
  /** What the page is called: 'report'. */
  readonly kind: string;
  readonly header: Html;
  readonly sections: readonly { readonly id: string; readonly title: string; readonly section: Html }[];
  readonly made: { readonly at: string; readonly version: string };
}

/** Allows this one style and embedded images; no scripts, forms or external resources. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`;

export function pageOf({ title, kind, header, sections, made }: Page): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="alexft ${made.version}">
<title>${title} – alexft ${kind}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the ${kind}</a>
<nav aria-label="Contents"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main">
${header}${sections.map(({ section }) => section)}</main>
<footer><p>Made by alexft ${made.version}, ${made.at}. This file contains no scripts and loads no external resources.</p></footer>
</body>
</html>
`.markup;
}
