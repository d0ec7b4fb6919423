// Photos that teach something: the worst mistakes and the least certain, and where the network looked.

import { percent } from '../../core/formatting.js';
import { type Html, html, name } from '../html.js';
import { isMistake, type ReportData, type ShownImage } from '../reportData.js';
import { folded, section, table } from '../table.js';
import { count } from '../words.js';

/** Files left out that are named. */
const namedFiles = 50;

export function galleriesSection({ classes, validation }: ReportData): Html | undefined {
  if (!validation) return undefined;
  const { mistakes, uncertain, leftOut, judged } = validation;
  const wrong = judged.filter(isMistake).length;
  const gallery = (images: readonly ShownImage[]) =>
    html`<ul class="gallery">${images.map((image) => cardOf(image, classes))}</ul>
`;
  return section(
    'images',
    'Where it went wrong, and where it wavered',
    html`<p>Validation images. Beside each, where the network looked (Grad-CAM of the last convolution, for the class that it took the image for): the brighter a place glows, the more it spoke for that class; grey and dark places did not.</p>
<h3>The worst mistakes</h3>
<p>${mistakes.length === 0 ? 'None: every validation image was recognized.' : `${mistakes.length < wrong ? `The ${count(mistakes.length)} of ${count(wrong)} mistakes` : `All ${count(wrong)} mistakes`}, the most sure of itself first.`}</p>
`,
    mistakes.length > 0 && gallery(mistakes),
    html`<h3>The least certain</h3>
<p>The images with the lowest probability for the answer, without those above.</p>
`,
    gallery(uncertain),
    leftOut.length > 0 && leftOutTable(leftOut),
  );
}

function cardOf(image: ShownImage, classes: readonly string[]): Html {
  const { file, label, top, truth } = image;
  const wrong = isMistake(image);
  const guess = classes[top[0]!.label]!;
  return html`<li class="card ${wrong ? 'wrong' : 'right'}">
${photosOf(image, classes)}
<p class="verdict"><span class="mark">${wrong ? 'Wrong' : 'Right'}</span> ${name(guess)} ${percent(top[0]!.probability)}</p>
<p>${wrong && html`It is ${name(classes[label]!)}: ${percent(truth)}. `}${others(image, classes)}</p>
<p class="file">${name(file)}</p>
</li>
`;
}

function photosOf(
  { file, photo, looked, width, height, top, label }: ShownImage,
  classes: readonly string[],
): Html {
  if (photo === undefined) return html`<p class="missing">The image can’t be shown.</p>`;
  const size = { width: String(width), height: String(height) };
  const is = classes[label]!;
  return html`<div class="photos"><img src="${photo}" width="${size.width}" height="${size.height}" alt="${file}, of the class ${is}">${
    looked !== undefined &&
    html`<img src="${looked}" width="${size.width}" height="${size.height}" alt="What spoke for ${classes[top[0]!.label]!} in it">`
  }</div>`;
}

/** The next in line, but for the one that is named already. */
function others({ label, top }: ShownImage, classes: readonly string[]): Html | string {
  const rest = top.slice(1).filter((each) => each.label !== label || label === top[0]!.label);
  if (rest.length === 0) return '';
  return html`Then ${rest.map(({ label: other, probability }, index) => html`${index > 0 && ', '}${name(classes[other]!)} ${percent(probability)}`)}.`;
}

function leftOutTable(leftOut: readonly { file: string; reason: string }[]): Html {
  const caption =
    leftOut.length > namedFiles
      ? `Validation images that were left out: the first ${namedFiles} of ${count(leftOut.length)}`
      : `Validation images that were left out`;
  const rows = leftOut.slice(0, namedFiles).map(({ file, reason }) => [name(file), reason]);
  return folded(
    `${count(leftOut.length)} validation images were left out`,
    table({ caption, head: ['File', 'Why'], rows, words: 2 }),
  );
}
