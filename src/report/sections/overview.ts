// The header of a report: the run and the key figures of its model.

import { duration, percent } from '../../core/formatting.js';
import { calibrationOfImages } from '../calibration.js';
import { type Html, html } from '../html.js';
import { count, decimal, plural } from '../numbers.js';
import { isMistake, type ReportData, type Validation } from '../reportData.js';
import { type Tile, tiles } from '../table.js';

const states: Readonly<Record<string, string>> = {
  complete: 'The training is complete.',
  interrupted: 'The training was interrupted; this report shows its progress until then.',
  failed: 'The training failed; this report shows its progress until then.',
  running: 'The training is still running or was killed; this report shows its progress so far.',
};

export function overview(data: ReportData): Html {
  const { run, classes, notes } = data;
  return html`<header>
<p class="kicker">alexft report</p>
<h1><bdi>${lastPart(run.path)}</bdi></h1>
<p class="lead">AlexNet, fine-tuned to classify ${plural(classes.length, 'class', 'classes')}${classNames(classes)}. ${states[run.state] ?? `State: ${run.state}.`}</p>
${run.error !== undefined && html`<p class="note">Error: ${run.error}</p>`}
${notes.map((note) => html`<p class="note">${note}</p>`)}
${tiles(tilesOf(data))}</header>
`;
}

const lastPart = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

function classNames(classes: readonly string[]): Html | string {
  if (classes.length > 6) return '';
  return html`: ${classes.map((each, index) => html`${index > 0 && ', '}<bdi>${each}</bdi>`)}`;
}

/** The key figures of predictions for images. */
export const validationTiles = (
  { predictions, images, accuracy, loss }: Validation,
  of: 'Validation' | 'Overall',
): Tile[] => [
  {
    name: `${of} accuracy`,
    value: percent(accuracy),
    detail: `${count(predictions.filter(isMistake).length)} of ${count(images)} images wrong`,
  },
  { name: `${of} loss`, value: decimal(loss), detail: 'mean cross-entropy' },
  {
    name: 'Calibration error',
    value: percent(calibrationOfImages(predictions).expectedError),
    detail: 'expected (ECE), 15 bins',
  },
];

function tilesOf({ run, validation, curves }: ReportData): Tile[] {
  const { train, validation: validationImages, skipped } = run.images;
  const list: Tile[] = validation ? validationTiles(validation, 'Validation') : [];
  if (run.test) {
    const { data, images, accuracy } = run.test;
    list.push({
      name: 'Test accuracy',
      value: percent(accuracy),
      detail: `${plural(images, 'image')} of ${data}`,
    });
  }
  if (run.bestEpoch !== undefined) {
    list.push({
      name: 'Best epoch',
      value: String(run.bestEpoch),
      detail: `of ${count(curves.epochs.length)}${run.seconds === undefined ? '' : `, in ${duration(run.seconds)}`}`,
    });
  }
  list.push({
    name: 'Images',
    value: count(train + validationImages),
    detail: `${count(train)} for training, ${count(validationImages)} for validation${skipped > 0 ? `; ${count(skipped)} skipped` : ''}`,
  });
  return list;
}
