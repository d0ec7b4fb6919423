// The page of `check --labels`: the images whose folder is probably wrong.

import { percent } from '../core/formatting.js';
import type { LabelCheck, SuspiciousImage } from '../trials/labelResult.js';
import { pageOf } from './document.js';
import { html, name } from './html.js';
import { count, plural } from './numbers.js';
import type { RunFacts, Thumbnail } from './reportData.js';
import { photoPair } from './sections/galleries.js';
import { section, tiles } from './table.js';

export interface LabelPageData {
  /** The dataset's folder, as given. */
  readonly data: string;
  readonly check: Omit<LabelCheck, 'suspicious'>;
  /** The number of suspicious images, of which `shown` are on the page. */
  readonly suspicious: number;
  readonly shown: readonly (SuspiciousImage & Partial<Thumbnail>)[];
  readonly made: RunFacts['made'];
}

export function labelPage({ data, check, suspicious, shown, made }: LabelPageData): string {
  const { images, accuracy, folds } = check;
  const header = html`<header>
<p class="kicker">alexft check --labels</p>
<h1><bdi>${data}</bdi></h1>
<p class="lead">Images whose folder is probably wrong. No file was changed or moved.</p>
${tiles([
  { name: 'Suspicious images', value: count(suspicious), detail: `of ${plural(images, 'image')}` },
  { name: 'Cross-validated accuracy', value: percent(accuracy), detail: `${folds} folds` },
])}</header>
`;
  const cards = shown.map(
    (image) => html`<li class="card wrong">
${photoPair(image, `${image.file}, in the folder ${image.label}`)}
<p class="verdict">Predicted: ${name(image.predicted)} ${percent(image.predictedProbability)}</p>
<p>Folder: ${name(image.label)} ${percent(image.probability)}</p>
<p class="file">${name(image.file)}</p>
</li>
`,
  );
  const which =
    shown.length < suspicious ? `The first ${count(shown.length)} of ${count(suspicious)}` : 'All';
  const gallery = section(
    'images',
    'Suspicious images',
    shown.length === 0
      ? html`<p>None: every image fits its folder.</p>
`
      : html`<p>${which}, the most certain first. Each was classified by a model that was trained without it (${folds}-fold cross-validation of a linear layer on ImageNet features). Some are in the right folder: the model is wrong about unusual images.</p>
<ul class="gallery">${cards}</ul>
`,
  );
  const sections = [{ id: 'images', title: 'Suspicious images', section: gallery }];
  return pageOf({ title: data, kind: 'label check', header, sections, made });
}
