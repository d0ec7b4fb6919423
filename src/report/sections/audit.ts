// The dataset: images per class, and the findings of the audit.

import { type Html, html, name } from '../html.js';
import { count } from '../numbers.js';
import type { ReportData } from '../reportData.js';
import { folded, section, table } from '../table.js';

/** With more classes, the table is collapsed. */
const openClasses = 20;

const kinds = {
  full: 'Every file was checked and every image decoded, as alexft check does.',
  short:
    'These are the findings of the training: identical files and unreadable images. Run alexft report to decode and check every image.',
};

export function auditSection({ audit }: ReportData): Html {
  const { kind, folder, classes, findings, sizes, remarks } = audit;
  const perClass = table({
    caption: 'Images per class',
    head: ['Class', 'Training', 'Validation'],
    rows: classes.map(({ name: className, train, validation }) => [
      name(className),
      count(train),
      count(validation),
    ]),
  });
  return section(
    'data',
    'Dataset',
    html`<p>Folder: ${name(folder)}. ${kinds[kind]}</p>
${remarks.map((remark) => html`<p>${remark}</p>`)}
`,
    classes.length > openClasses ? folded(`All ${classes.length} classes`, perClass) : perClass,
    findings.length > 0
      ? table({
          caption: 'Findings',
          head: ['Finding', 'Example', 'Count'],
          textColumns: 2,
          rows: findings.map(({ what, count: found, example }) => [what, name(example), count(found)]),
        })
      : html`<p>No problems were found.</p>
`,
    sizes.length > 0 &&
      table({
        caption: 'Image sizes',
        head: ['Property', 'Minimum', 'Median', 'Maximum'],
        rows: sizes.map(({ what, min, median, max }) => [what, count(min), count(median), count(max)]),
      }),
  );
}
