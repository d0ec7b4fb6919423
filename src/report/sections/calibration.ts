// Whether the predicted probabilities match the accuracy.

import { percent } from '../../core/formatting.js';
import { calibrationOfImages } from '../calibration.js';
import { reliabilityChart } from '../charts/reliability.js';
import { type Html, html } from '../html.js';
import { count } from '../numbers.js';
import type { ReportData } from '../reportData.js';
import { section, table } from '../table.js';

export function calibrationSection({ validation }: Pick<ReportData, 'validation'>): Html | undefined {
  if (!validation) return undefined;
  const calibration = calibrationOfImages(validation.predictions);
  const { bins, expectedError, largestError, meanConfidence } = calibration;
  const difference = meanConfidence - validation.accuracy;
  const verdict =
    Math.abs(difference) < 0.005
      ? 'neither overconfident nor underconfident'
      : difference > 0
        ? 'overconfident'
        : 'underconfident';
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
    'Calibration',
    html`<p>The mean probability of the predicted class is <strong>${percent(meanConfidence)}</strong> and the accuracy is <strong>${percent(validation.accuracy)}</strong>: on average, the model is ${verdict}. The expected calibration error is <strong>${percent(expectedError)}</strong> (the mean difference between confidence and accuracy over ${bins.length} bins of equal width, weighted by images; Guo et al., 2017). The largest difference in a bin is ${percent(largestError)}. Bins with few images are not reliable.</p>
<div class="pair">${reliabilityChart(calibration)}${table({ caption: 'Bins that contain images', head: ['Confidence', 'Images', 'Mean confidence', 'Accuracy'], rows })}</div>
`,
  );
}
