// Loss and accuracy during the training.

import { duration, percent } from '../../core/formatting.js';
import { accuracyChart, lossChart } from '../charts/curves.js';
import { type Html, html } from '../html.js';
import { decimal } from '../numbers.js';
import type { ReportData } from '../reportData.js';
import { folded, section, table } from '../table.js';

export function curvesSection({ curves }: ReportData): Html {
  const { epochs, steps } = curves;
  if (epochs.length + steps.length === 0) {
    return section('curves', 'Training', html`<p>No training step was completed yet.</p>`);
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
  const figures = epochs.length > 0 && table({ caption: 'All epochs', head, rows });
  return section(
    'curves',
    'Training',
    html`<p>Training loss and accuracy are measured during each epoch, with dropout; validation loss and accuracy after it, without dropout.</p>
<div class="pair">${lossChart(curves)}${epochs.length > 0 && accuracyChart(curves)}</div>
`,
    figures && (epochs.length > 12 ? folded(`All ${epochs.length} epochs as a table`, figures) : figures),
  );
}
