// The header of a report: the run and the key figures of its model.

import { duration, percent } from '../../core/formatting.js';
import { calibrationOfImages } from '../calibration.js';
import { type Html, html } from '../html.js';
import { count, decimal, plural } from '../numbers.js';
import { isMistake, type ReportData } from '../reportData.js';

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
<dl class="tiles">${tilesOf(data).map(({ name, value, detail }) => html`<div><dt>${name}</dt><dd><strong>${value}</strong> <span>${detail}</span></dd></div>`)}</dl>
</header>
`;
}

const lastPart = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

function classNames(classes: readonly string[]): Html | string {
  if (classes.length > 6) return '';
  return html`: ${classes.map((each, index) => html`${index > 0 && ', '}<bdi>${each}</bdi>`)}`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

function tilesOf({ run, validation, curves }: ReportData): Tile[] {
  const { train, validation: validationImages, skipped } = run.images;
  const tiles: Tile[] = [];
  if (validation) {
    const wrong = validation.predictions.filter(isMistake).length;
    tiles.push(
      {
        name: 'Validation accuracy',
        value: percent(validation.accuracy),
        detail: `${count(wrong)} of ${count(validation.images)} images wrong`,
      },
      { name: 'Validation loss', value: decimal(validation.loss), detail: 'mean cross-entropy' },
      {
        name: 'Calibration error',
        value: percent(calibrationOfImages(validation.predictions).expectedError),
        detail: 'expected (ECE), 15 bins',
      },
    );
  }
  if (run.bestEpoch !== undefined) {
    tiles.push({
      name: 'Best epoch',
      value: String(run.bestEpoch),
      detail: `of ${count(curves.epochs.length)}${run.seconds === undefined ? '' : `, in ${duration(run.seconds)}`}`,
    });
  }
  tiles.push({
    name: 'Images',
    value: count(train + validationImages),
    detail: `${count(train)} for training, ${count(validationImages)} for validation${skipped > 0 ? `; ${count(skipped)} skipped` : ''}`,
  });
  return tiles;
}
