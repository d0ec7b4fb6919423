// The report page: one HTML file without scripts and external resources.

import { createHash } from 'node:crypto';
import { type Html, html, trusted } from './html.js';
import type { ReportData } from './reportData.js';
import { auditSection } from './sections/audit.js';
import { calibrationSection } from './sections/calibration.js';
import { classesSection } from './sections/classes.js';
import { curvesSection } from './sections/curves.js';
import { filtersSection } from './sections/filters.js';
import { galleriesSection } from './sections/galleries.js';
import { overview } from './sections/overview.js';
import { reproduceSection } from './sections/reproduce.js';
import { style } from './style.js';

const contents: readonly (readonly [string, string, (data: ReportData) => Html | undefined])[] = [
  ['curves', 'Training', curvesSection],
  ['classes', 'Classes', classesSection],
  ['calibration', 'Calibration', calibrationSection],
  ['images', 'Mistakes', galleriesSection],
  ['filters', 'Filters', filtersSection],
  ['data', 'Dataset', auditSection],
  ['reproduce', 'Reproduce', reproduceSection],
];

/** Allows this one style and embedded images; no scripts, forms or external resources. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`;

export function reportPage(data: ReportData): string {
  const sections = contents
    .map(([id, title, make]) => ({ id, title, section: make(data) }))
    .filter(({ section }) => section !== undefined);
  const { made, path } = data.run;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="alexft ${made.version}">
<title>${path} – alexft report</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main">
${overview(data)}${sections.map(({ section }) => section)}</main>
<footer><p>Made by alexft ${made.version}, ${made.at}. This file contains no scripts and loads no external resources.</p></footer>
</body>
</html>
`.markup;
}
