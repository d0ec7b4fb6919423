// Report data for tests, with hostile names.

import { calibrationBins } from '../../dist/report/calibration.js';
import type { RunComparison } from '../../dist/report/comparison.js';
import { comparisonPage } from '../../dist/report/comparisonPage.js';
import type { ImagePrediction, ReportData, ShownImage } from '../../dist/report/reportData.js';
import { classMetrics } from '../../dist/training/metrics.js';

/** A name that is markup, one that closes attributes, and one with a line break and a bidirectional override. */
export const hostile = ['<img src=x onerror=alert(1)>', `"'><script>alert(2)</script>`, 'a\nb\u202egpj.exe'];

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function exampleReport(classes: readonly string[] = hostile, images = 60): ReportData {
  const predictions: ImagePrediction[] = Array.from({ length: images }, (_, index) => {
    const label = index % classes.length;
    const predicted = index % 5 === 0 ? (label + 1) % classes.length : label;
    const probability = 0.4 + (0.6 * ((index * 7) % calibrationBins)) / calibrationBins;
    const second = { label: (predicted + 1) % classes.length, probability: 1 - probability };
    return {
      file: `${classes[label]}/${index}.jpg`,
      label,
      top: [{ label: predicted, probability }, second],
      truth: predicted === label ? probability : 1 - probability,
    };
  });
  const confusion = classes.map(() => classes.map(() => 0));
  for (const { label, top } of predictions) confusion[label]![top[0]!.label]! += 1;
  const shown = (image: ImagePrediction): ShownImage => ({
    ...image,
    photo: pixel,
    heat: pixel,
    width: 200,
    height: 133,
  });
  const bad = hostile[0]!;
  return {
    run: {
      path: `models/${bad}`,
      state: 'failed',
      error: hostile[1]!,
      started: '2026-01-01T00:00:00.000Z',
      seconds: 4000,
      images: { train: 540, validation: images, skipped: 1 },
      bestEpoch: 2,
      environment: [{ name: 'Device', value: bad }],
      options: [{ name: '--data', value: hostile[2]!, given: true }],
      made: { at: '2026-01-01 00:00 UTC', version: '0.1.0' },
    },
    classes,
    curves: {
      epochs: [1, 2, 3].map((epoch) => ({
        epoch,
        loss: 1 / epoch,
        accuracy: 1 - 0.5 / epoch,
        valLoss: 1.1 / epoch,
        valAccuracy: 1 - 0.6 / epoch,
        seconds: 3,
        best: epoch === 2,
      })),
      steps: Array.from({ length: 30 }, (_, index) => ({ at: (index + 1) / 10, loss: 2 / (index + 1) })),
    },
    validation: {
      images,
      loss: 0.5,
      accuracy: 0.8,
      confusion,
      metrics: classes.map((_, index) => classMetrics(confusion, index)),
      confusionImage: pixel,
      predictions,
      mistakes: predictions.slice(0, 6).map(shown),
      uncertain: predictions.slice(6, 12).map(shown),
      leftOut: [{ file: bad, reason: hostile[1]! }],
    },
    notes: [bad],
    filters: { image: pixel, width: 155, height: 59, count: 64 },
    audit: {
      kind: 'full',
      folder: bad,
      classes: classes.map((name) => ({ name, train: 180, validation: 20 })),
      findings: [{ what: 'unreadable', count: 2, example: bad }],
      sizes: [{ what: 'Width, pixels', min: 59, median: 441, max: 1023 }],
      remarks: [bad],
    },
    commands: [{ purpose: 'Repeat the training', command: `alexft train --data '${bad}'` }],
  };
}

/** The page of two runs with hostile names. */
export function exampleComparisonPage(): string {
  const [bad, quotes, odd] = hostile as [string, string, string];
  const answer = (label: string) => ({ label, probability: 0.5 });
  const comparison: RunComparison = {
    runs: [
      { run: bad, state: odd, bestEpoch: 1, valAccuracy: 0.5, valLoss: 1, seconds: 3 },
      { run: quotes, state: 'failed' },
    ],
    options: [{ option: bad, values: [quotes, odd] }],
    split: { same: false, onlyIn: [1, 2], moved: 3, validation: 4 },
    answers: {
      images: 4,
      accuracy: [0.5, 0.25],
      loss: [1, 2],
      bothRight: 1,
      bothWrong: 2,
      onlyRight: [1, 0],
      pValue: 1,
      changed: [
        { file: bad, class: quotes, answers: [answer(quotes), answer(odd)] },
        { file: odd, class: bad, answers: [answer(quotes), answer(odd)] },
      ],
    },
    notes: [bad],
  };
  const photos = new Map([[bad, { photo: pixel, width: 200, height: 133 }]]);
  return comparisonPage(comparison, photos, { at: '2026-01-01 00:00 UTC', version: '0.1.0' });
}
