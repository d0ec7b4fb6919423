// The page of `alexft runs diff`.

import { duration, percent } from '../core/formatting.js';
import type { ChangedAnswer, ComparedRun, RunComparison } from './comparison.js';
import { comparisonText } from './comparisonText.js';
import { pageOf } from './document.js';
import { type Html, html, name } from './html.js';
import { count, decimal } from './numbers.js';
import type { RunFacts, Thumbnail } from './reportData.js';
import { section, table } from './table.js';

/** Images on the page, which bounds its size. */
export const mostShown = 200;

/** `photos`: by file; an image that can't be read has none. */
export function comparisonPage(
  comparison: RunComparison,
  photos: ReadonlyMap<string, Thumbnail | undefined>,
  made: RunFacts['made'],
): string {
  const { runs, options, answers, notes } = comparison;
  const header = html`<header>
<p class="kicker">alexft runs diff</p>
<h1>Two runs</h1>
<p class="lead">A: ${name(runs[0].run)}<br>B: ${name(runs[1].run)}</p>
${comparisonText(comparison).map((text) => html`<p>${text}</p>`)}
${notes.map((note) => html`<p class="note">${note}</p>`)}
</header>
`;
  const sections = [
    { id: 'runs', title: 'Runs', section: runsSection(comparison) },
    {
      id: 'options',
      title: 'Options',
      section: section(
        'options',
        'Options that differ',
        options.length === 0
          ? html`<p>None.</p>`
          : table({
              caption: 'Values of the two runs',
              head: ['Option', 'A', 'B'],
              rows: options.map(({ option, values: [first, second] }) => [option, name(first), name(second)]),
              textColumns: 3,
            }),
      ),
    },
    ...(answers ? [{ id: 'images', title: 'Images', section: imagesSection(answers.changed, photos) }] : []),
  ];
  return pageOf({ title: `${runs[0].run}, ${runs[1].run}`, kind: 'comparison', header, sections, made });
}

function runsSection({ runs, answers }: RunComparison): Html {
  const row = (title: string, cell: (run: ComparedRun, index: 0 | 1) => string | number | undefined) => [
    title,
    cell(runs[0], 0) ?? '',
    cell(runs[1], 1) ?? '',
  ];
  const rows = [
    row('State', ({ state }) => state),
    row('Best epoch', ({ bestEpoch }) => bestEpoch),
    row('Validation accuracy', ({ valAccuracy }) => valAccuracy && percent(valAccuracy)),
    row('Validation loss', ({ valLoss }) => valLoss && decimal(valLoss)),
    row('Time', ({ seconds }) => seconds && duration(seconds)),
    ...(answers
      ? [
          row('Accuracy, images of both', (_, index) => percent(answers.accuracy[index])),
          row('Loss, images of both', (_, index) => decimal(answers.loss[index])),
          row('Only this run is right', (_, index) => count(answers.onlyRight[index])),
        ]
      : []),
  ];
  return section('runs', 'Runs', table({ caption: 'Figures of the runs', head: ['Figure', 'A', 'B'], rows }));
}

function imagesSection(
  changed: readonly ChangedAnswer[],
  photos: ReadonlyMap<string, Thumbnail | undefined>,
): Html {
  const shown = changed.slice(0, mostShown);
  const rightIn = ({ class: truth, answers }: ChangedAnswer) =>
    answers.findIndex(({ label }) => label === truth);
  const groups = [
    { title: 'Only B is right', images: shown.filter((image) => rightIn(image) === 1) },
    { title: 'Only A is right', images: shown.filter((image) => rightIn(image) === 0) },
    { title: 'Both are wrong, with different answers', images: shown.filter((image) => rightIn(image) < 0) },
  ];
  const which = shown.length < changed.length ? `The first ${count(shown.length)} of ` : '';
  return section(
    'images',
    'Images whose answer changed',
    html`<p>${which}${count(changed.length)} of the images that are for validation in both runs.</p>
`,
    ...groups
      .filter(({ images }) => images.length > 0)
      .map(
        ({ title, images }) => html`<h3>${title}: ${count(images.length)}</h3>
<ul class="gallery">${images.map((image) => cardOf(image, photos.get(image.file)))}</ul>
`,
      ),
  );
}

function cardOf({ file, class: truth, answers }: ChangedAnswer, thumbnail: Thumbnail | undefined): Html {
  const verdict = (run: string, index: 0 | 1) => {
    const { label, probability } = answers[index];
    const right = label === truth;
    return html`<p class="verdict ${right ? 'right' : 'wrong'}"><span class="mark">${run} ${right ? 'correct' : 'wrong'}</span> ${name(label)} ${percent(probability)}</p>
`;
  };
  return html`<li class="card">
${
  thumbnail
    ? html`<div class="photos one"><img src="${thumbnail.photo}" width="${String(thumbnail.width)}" height="${String(thumbnail.height)}" alt="${file}, class ${truth}"></div>`
    : html`<p class="missing">The image can’t be shown.</p>`
}
${verdict('A', 0)}${verdict('B', 1)}<p>True class: ${name(truth)}</p>
<p class="file">${name(file)}</p>
</li>
`;
}
