// How far the probabilities can be believed.

import { percent } from '../../core/formatting.js';
import { calibrationOfImages } from '../calibration.js';
import { reliabilityChart } from '../charts/reliability.js';
import { type Html, html } from '../html.js';
import type { ReportData } from '../reportData.js';
import { section, table } from '../table.js';
import { count } from '../words.js';

export function calibrationSection({ validation }: ReportData): Html | undefined {
  if (!validation) return undefined;
  const calibration = calibrationOfImages(validation.judged);
  const { bins, expectedError, largestError, meanConfidence } = calibration;
  const difference = meanConfidence - validation.accuracy;
  const verdict =
    Math.abs(difference) < 0.005
      ? 'about as sure as it is right'
      : difference > 0
        ? 'too sure of itself'
        : 'not sure enough of itself';
  const rows = bins
    .filter(({ images }) => images > 0)
    .map(({ from, to, images, confidence, accuracy }) => [
      `${(from * 100).toFixed(1)}–${percent(to)}`,
      count(images),
      percent(confidence),
      percent(accuracy),
    ]);
  return section(
    'calibration',
    'Can its probabilities be believed?',
    html`<p>On average the model gives its answer <strong>${percent(meanConfidence)}</strong>, and is right on <strong>${percent(validation.accuracy)}</strong>: it is ${verdict}. The expected calibration error is <strong>${percent(expectedError)}</strong> (the mean gap between probability and share of right answers over ${bins.length} bins of equal width, weighted by images, as in Guo et al., 2017); the largest gap of a bin is ${percent(largestError)}. Bins of few images say little.</p>
<div class="pair">${reliabilityChart(calibration)}${table({ caption: 'Bins with images in them', head: ['Probability given', 'Images', 'Mean probability', 'Right'], rows })}</div>
`,
  );
}
