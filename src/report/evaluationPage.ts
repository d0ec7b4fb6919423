// The page of `evaluate --out`: metrics, calibration and mistakes on a folder of images.

import { pageOf } from './document.js';
import { html, name } from './html.js';
import { plural } from './numbers.js';
import type { RunFacts, Validation } from './reportData.js';
import { calibrationSection } from './sections/calibration.js';
import { classesSection } from './sections/classes.js';
import { galleriesSection } from './sections/galleries.js';
import { validationTiles } from './sections/overview.js';
import { tiles } from './table.js';

export interface EvaluationPageData {
  /** The folder of the images, and the model, as named. */
  readonly data: string;
  readonly model: string;
  readonly classes: readonly string[];
  readonly validation: Validation;
  readonly made: RunFacts['made'];
}

export function evaluationPage(page: EvaluationPageData): string {
  const { data, model, classes, validation, made } = page;
  const header = html`<header>
<p class="kicker">alexft evaluate</p>
<h1><bdi>${data}</bdi></h1>
<p class="lead">${plural(validation.images, 'image')} of ${plural(classes.length, 'class', 'classes')}, classified by ${name(model)}.</p>
${tiles(validationTiles(validation, 'Overall'))}</header>
`;
  const sections = (
    [
      ['classes', 'Classes', classesSection(page)],
      ['calibration', 'Calibration', calibrationSection(page)],
      ['images', 'Mistakes', galleriesSection(page)],
    ] as const
  ).flatMap(([id, title, section]) => (section ? [{ id, title, section }] : []));
  return pageOf({ title: data, kind: 'evaluation', header, sections, made });
}
