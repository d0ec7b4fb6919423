// The most confident mistakes and the least confident predictions, with Grad-CAM.

import { percent } from '../../core/formatting.js';
import { type Html, html, name } from '../html.js';
import { count } from '../numbers.js';
import { isMistake, type ReportData, type ShownImage, type Thumbnail } from '../reportData.js';
import { folded, section, table } from '../table.js';

/** The length of the list of skipped files. */
const listedFiles = 50;

export function galleriesSection({
  classes,
  validation,
}: Pick<ReportData, 'classes' | 'validation'>): Html | undefined {
  if (!validation) return undefined;
  const { mistakes, uncertain, leftOut, predictions } = validation;
  const wrong = predictions.filter(isMistake).length;
  const gallery = (images: readonly ShownImage[]) =>
    html`<ul class="gallery">${images.map((image) => cardOf(image, classes))}</ul>
`;
  return section(
    'images',
    'Mistakes and uncertain predictions',
    html`<p>Images, each beside its heat map (Grad-CAM of the last convolution for the predicted class): bright regions contributed to the prediction, grey and dark regions did not.</p>
<h3>Most confident mistakes</h3>
<p>${mistakesText(mistakes.length, wrong)}</p>
`,
    mistakes.length > 0 && gallery(mistakes),
    html`<h3>Least confident predictions</h3>
<p>The images with the lowest probability of the predicted class, without those above.</p>
`,
    gallery(uncertain),
    leftOut.length > 0 && leftOutTable(leftOut),
  );
}

function mistakesText(shown: number, wrong: number): string {
  if (shown === 0) return 'None: every image was classified correctly.';
  const which =
    shown < wrong ? `${count(shown)} of ${count(wrong)} mistakes` : `All ${count(wrong)} mistakes`;
  return `${which}, by decreasing probability of the predicted class.`;
}

function cardOf(image: ShownImage, classes: readonly string[]): Html {
  const { file, label, top, truth } = image;
  const wrong = isMistake(image);
  const predicted = classes[top[0]!.label]!;
  return html`<li class="card ${wrong ? 'wrong' : 'right'}">
${photoPair(image, `${file}, class ${classes[label]!}`, predicted)}
<p class="verdict"><span class="mark">${wrong ? 'Wrong' : 'Correct'}</span> ${name(predicted)} ${percent(top[0]!.probability)}</p>
<p>${wrong && html`True class: ${name(classes[label]!)} ${percent(truth)}. `}${othersOf(image, classes)}</p>
<p class="file">${name(file)}</p>
</li>
`;
}

/** The photo of `file`, a description of it, and its heat map where there is one. */
export function photoPair(
  { photo, heat, width, height }: Partial<Thumbnail>,
  description: string,
  heatOf = '',
): Html {
  if (photo === undefined) return html`<p class="missing">The image can’t be shown.</p>`;
  const size = { width: String(width), height: String(height) };
  return html`<div class="photos${heat === undefined && ' one'}"><img src="${photo}" width="${size.width}" height="${size.height}" alt="${description}">${
    heat !== undefined &&
    html`<img src="${heat}" width="${size.width}" height="${size.height}" alt="Heat map for ${heatOf}">`
  }</div>`;
}

/** The next most probable classes, except the true class, which is named already. */
function othersOf({ label, top }: ShownImage, classes: readonly string[]): Html | string {
  const rest = top.slice(1).filter((each) => each.label !== label || label === top[0]!.label);
  if (rest.length === 0) return '';
  return html`Next: ${rest.map(({ label: other, probability }, index) => html`${index > 0 && ', '}${name(classes[other]!)} ${percent(probability)}`)}.`;
}

function leftOutTable(leftOut: readonly { file: string; reason: string }[]): Html {
  const caption =
    leftOut.length > listedFiles
      ? `Skipped images: the first ${listedFiles} of ${count(leftOut.length)}`
      : `Skipped images`;
  const rows = leftOut.slice(0, listedFiles).map(({ file, reason }) => [name(file), reason]);
  return folded(
    `Skipped images: ${count(leftOut.length)}`,
    table({ caption, head: ['File', 'Reason'], rows, textColumns: 2 }),
  );
}
