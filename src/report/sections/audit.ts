// The images that it learned from.

import { type Html, html, name } from '../html.js';
import type { ReportData } from '../reportData.js';
import { folded, section, table } from '../table.js';
import { count } from '../words.js';

const openClasses = 20;

const kinds = {
  full: 'Every file was looked at and every image decoded, as alexft check does.',
  short:
    'This is what the training knew of its images: files with the same bytes, and images that it could not read. alexft report decodes every image and tells more.',
};

export function auditSection({ audit }: ReportData): Html {
  const { kind, folder, classes, findings, sizes, remarks } = audit;
  const perClass = table({
    caption: 'Images of each class',
    head: ['Class', 'To train on', 'To validate on'],
    rows: classes.map(({ name: className, train, validation }) => [
      name(className),
      count(train),
      count(validation),
    ]),
  });
  return section(
    'data',
    'The images',
    html`<p>From ${name(folder)}. ${kinds[kind]}</p>
${remarks.map((remark) => html`<p>${remark}</p>`)}
`,
    classes.length > openClasses ? folded(`All ${classes.length} classes`, perClass) : perClass,
    findings.length > 0
      ? table({
          caption: 'What was found',
          head: ['What', 'Such as', 'How many'],
          words: 2,
          rows: findings.map(({ what, count: found, example }) => [what, name(example), count(found)]),
        })
      : html`<p>Nothing odd was found.</p>
`,
    sizes.length > 0 &&
      table({
        caption: 'Sizes',
        head: ['Of an image', 'Smallest', 'Median', 'Largest'],
        rows: sizes.map(({ what, min, median, max }) => [what, count(min), count(median), count(max)]),
      }),
  );
}
