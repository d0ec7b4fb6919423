// Metrics per class and the confusion matrix.

import { percent } from '../../core/formatting.js';
import { type Html, html, name } from '../html.js';
import { count } from '../numbers.js';
import type { ReportData, Validation } from '../reportData.js';
import { confusedPairs } from '../selection.js';
import { bar, folded, section, table } from '../table.js';

/** With more classes, the confusion matrix is an image. */
export const tableClasses = 20;
const shownPairs = 20;

export function classesSection({
  classes,
  validation,
}: Pick<ReportData, 'classes' | 'validation'>): Html | undefined {
  if (!validation) return undefined;
  const metrics = classes.map((className, index) => ({ className, ...validation.metrics[index]! }));
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
  const all = table({ caption: 'All classes', head, rows: rowsOf(metrics) });
  return section(
    'classes',
    'Metrics per class',
    html`<p>Precision: the share of images predicted as a class that belong to it. Recall: the share of a class's images that were predicted as that class. F1: the harmonic mean of both.</p>
`,
    few
      ? all
      : html`${table({ caption: `The ${shownPairs} classes with the lowest F1`, head, rows: rowsOf(weakest.slice(0, shownPairs)) })}${folded(`All ${classes.length} classes`, all)}`,
    html`<h3>Confusion matrix</h3>
`,
    few ? confusionTable(classes, validation) : confusionFigure(classes, validation),
    pairsTable(classes, validation),
  );
}

/** The shades repeat the numbers. */
function confusionTable(classes: readonly string[], { confusion }: Validation): Html {
  const rows = confusion.map((row, label) => {
    const total = Math.max(
      1,
      row.reduce((sum, n) => sum + n, 0),
    );
    const cells = row.map((images, predicted) => {
      const shade = Math.min(9, Math.ceil((images / total) * 9));
      return html`<span class="cell ${predicted === label ? 'hit' : 'miss'}${shade}">${count(images)}</span>`;
    });
    return [name(classes[label]!), ...cells];
  });
  const caption = 'Confusion matrix: rows are true classes, columns are predicted classes';
  return html`<div class="confusion">${table({ caption, head: ['true \\ predicted', ...classes], rows })}</div>`;
}

function confusionFigure(classes: readonly string[], { confusionImage }: Validation): Html | undefined {
  if (confusionImage === undefined) return undefined;
  const size = String(classes.length);
  return html`<figure class="card heat">
<img src="${confusionImage}" width="${size}" height="${size}" alt="Confusion matrix of ${size} classes as an image; the table below has its largest off-diagonal entries.">
<figcaption>Confusion matrix of ${size} classes, in the order of the table of all classes: rows are true classes (from the top), columns are predicted classes (from the left). The opacity shows the share of the row. Correct predictions are on the diagonal from the top left.</figcaption>
</figure>
`;
}

function pairsTable(classes: readonly string[], { confusion }: Validation): Html {
  const pairs = confusedPairs(confusion, shownPairs);
  if (pairs.length === 0) return html`<p>No image was misclassified.</p>`;
  return table({
    caption: 'Most frequent confusions',
    head: ['True class', 'Predicted class', 'Images', 'Share of the true class'],
    textColumns: 2,
    rows: pairs.map(({ label, predicted, images, share }) => [
      name(classes[label]!),
      name(classes[predicted]!),
      count(images),
      percent(share),
    ]),
  });
}
