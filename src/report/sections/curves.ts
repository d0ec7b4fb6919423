// How the training went.

import { duration, percent } from '../../core/formatting.js';
import { accuracyChart, lossChart } from '../charts/curves.js';
import { type Html, html } from '../html.js';
import type { ReportData } from '../reportData.js';
import { folded, section, table } from '../table.js';
import { decimal } from '../words.js';

export function curvesSection({ curves }: ReportData): Html {
  const { epochs, steps } = curves;
  if (epochs.length + steps.length === 0) {
    return section('curves', 'Training', html`<p>No step was done yet.</p>`);
  }
  const rows = epochs.map(({ epoch, loss, accuracy, valLoss, valAccuracy, seconds, best }) => [
    String(epoch),
    decimal(loss),
    percent(accuracy),
    valLoss === undefined ? '–' : decimal(valLoss),
    valAccuracy === undefined ? '–' : percent(valAccuracy),
    duration(seconds),
    best ? 'so far' : '',
  ]);
  const head = ['Epoch', 'Loss', 'Accuracy', 'Validation loss', 'Validation accuracy', 'Time', 'Best'];
  const figures = epochs.length > 0 && table({ caption: 'Every epoch', head, rows });
  return section(
    'curves',
    'Training',
    html`<p>Training figures are those of the network as it learned, with dropout; validation is looked at after each epoch, without.</p>
<div class="pair">${lossChart(curves)}${epochs.length > 0 && accuracyChart(curves)}</div>
`,
    figures && (epochs.length > 12 ? folded(`All ${epochs.length} epochs as a table`, figures) : figures),
  );
}
