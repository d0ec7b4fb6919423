// The top of a report: what the run was, and how good its model is.

import { duration, percent } from '../../core/formatting.js';
import { calibrationOfImages } from '../calibration.js';
import { type Html, html } from '../html.js';
import { isMistake, type ReportData } from '../reportData.js';
import { count, decimal, plural } from '../words.js';

const states: Readonly<Record<string, string>> = {
  complete: 'The training went through.',
  interrupted: 'The training was interrupted; this is how far it got.',
  failed: 'The training failed; this is how far it got.',
  running: 'The training goes on, or was killed; this is how far it got.',
};

export function overview(data: ReportData): Html {
  const { run, classes, notes } = data;
  return html`<header>
<p class="kicker">alexft report</p>
<h1><bdi>${lastPart(run.path)}</bdi></h1>
<p class="lead">AlexNet, fine-tuned to tell ${plural(classes.length, 'class', 'classes')} apart${classNames(classes)}. ${states[run.state] ?? `State: ${run.state}.`}</p>
${run.error !== undefined && html`<p class="note">It failed with: ${run.error}</p>`}
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
  const { train, validation: judged, skipped } = run.images;
  const tiles: Tile[] = [];
  if (validation) {
    const wrong = validation.judged.filter(isMistake).length;
    tiles.push(
      {
        name: 'Right',
        value: percent(validation.accuracy),
        detail: `${count(wrong)} of ${count(validation.images)} validation images wrong`,
      },
      { name: 'Validation loss', value: decimal(validation.loss), detail: 'mean cross-entropy' },
      {
        name: 'Calibration error',
        value: percent(calibrationOfImages(validation.judged).expectedError),
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
    value: count(train + judged),
    detail: `${count(train)} to train on, ${count(judged)} to validate on${skipped > 0 ? `; ${count(skipped)} left out` : ''}`,
  });
  return tiles;
}
