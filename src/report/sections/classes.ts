// How good the model is class by class, and what it takes for what.

import { percent } from '../../core/formatting.js';
import { classMetrics } from '../../training/metrics.js';
import { type Html, html, name } from '../html.js';
import { confusedPairs } from '../picks.js';
import type { ReportData, Validation } from '../reportData.js';
import { bar, folded, section, table } from '../table.js';
import { count } from '../words.js';

/** Up to so many classes the confusion is a table; of more, an image. */
export const tableClasses = 20;
const shownPairs = 20;

export function classesSection({ classes, validation }: ReportData): Html | undefined {
  if (!validation) return undefined;
  const { confusion } = validation;
  const metrics = classes.map((className, index) => ({ className, ...classMetrics(confusion, index) }));
  const head = ['Class', 'Images', 'Precision', 'Recall', 'F1'];
  const rowsOf = (list: typeof metrics) =>
    list.map(({ className, images, precision, recall, f1 }) => [
      name(className),
      count(images),
      bar(precision),
      bar(recall),
      bar(f1),
    ]);
  const few = classes.length <= tableClasses;
  const weakest = [...metrics].filter(({ images }) => images > 0).sort((a, b) => a.f1 - b.f1);
  const every = table({ caption: 'Every class', head, rows: rowsOf(metrics) });
  return section(
    'classes',
    'Class by class',
    html`<p>Precision: of the images taken for a class, the share that is of it. Recall: of the images of a class, the share that was recognized. F1: their harmonic mean.</p>
`,
    few
      ? every
      : html`${table({ caption: `The ${shownPairs} classes with the lowest F1`, head, rows: rowsOf(weakest.slice(0, shownPairs)) })}${folded(`All ${classes.length} classes`, every)}`,
    html`<h3>What is taken for what</h3>
`,
    few ? confusionTable(classes, validation) : confusionFigure(classes, validation),
    pairsTable(classes, validation),
  );
}

/** Shades say again what the numbers say. */
function confusionTable(classes: readonly string[], { confusion }: Validation): Html {
  const rows = confusion.map((row, label) => {
    const total = Math.max(
      1,
      row.reduce((sum, n) => sum + n, 0),
    );
    const cells = row.map((images, taken) => {
      const shade = Math.min(9, Math.ceil((images / total) * 9));
      return html`<span class="cell ${taken === label ? 'hit' : 'miss'}${shade}">${count(images)}</span>`;
    });
    return [name(classes[label]!), ...cells];
  });
  const caption = 'Confusion matrix: a row is what an image is, a column what it is taken for';
  return html`<div class="confusion">${table({ caption, head: ['is \\ taken for', ...classes], rows })}</div>`;
}

function confusionFigure(classes: readonly string[], { confusionImage }: Validation): Html | undefined {
  if (confusionImage === undefined) return undefined;
  const size = String(classes.length);
  return html`<figure class="card heat">
<img src="${confusionImage}" width="${size}" height="${size}" alt="Confusion matrix of ${size} classes as an image; the table of classes that are taken for each other has its largest entries.">
<figcaption>Confusion matrix of ${size} classes, in the order of the table of all classes: a row (from the top) is what an image is, a column (from the left) what it is taken for; the stronger, the larger the share of the row. What is right lies on the line from the top left to the bottom right.</figcaption>
</figure>
`;
}

function pairsTable(classes: readonly string[], { confusion }: Validation): Html {
  const pairs = confusedPairs(confusion, shownPairs);
  if (pairs.length === 0) return html`<p>No image was taken for another class.</p>`;
  return table({
    caption: 'Classes that are taken for each other, the most often first',
    head: ['Is', 'Taken for', 'Images', 'Share of the class'],
    words: 2,
    rows: pairs.map(({ label, taken, images, share }) => [
      name(classes[label]!),
      name(classes[taken]!),
      count(images),
      percent(share),
    ]),
  });
}
