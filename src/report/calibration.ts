// Reliability diagram and expected calibration error, as in Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern
// Neural Networks" (2017).

import type { Guess } from '../inference/threshold.js';
import { type ImagePrediction, isMistake } from './reportData.js';

interface CalibrationBin {
  /** Confidences in (from, to]. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  /** The mean confidence and the accuracy; 0 in an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** The mean of |accuracy - confidence| over the bins, weighted by images (ECE). */
  readonly expectedError: number;
  /** The largest |accuracy - confidence| of a bin (MCE). */
  readonly largestError: number;
  readonly meanConfidence: number;
}

export const calibrationOfImages = (predictions: readonly ImagePrediction[]): Calibration =>
  calibrationOf(
    predictions.map((image) => ({ confidence: image.top[0]!.probability, correct: !isMistake(image) })),
  );

/** The number of bins in the paper. */
export const calibrationBins = 15;

/** The calibration in `count` bins of equal width. */
export function calibrationOf(guesses: readonly Guess[], count = calibrationBins): Calibration {
  const sums = Array.from({ length: count }, () => ({ images: 0, confidence: 0, correct: 0 }));
  for (const { confidence, correct } of guesses) {
    const bin = sums[Math.min(count, Math.max(1, Math.ceil(confidence * count))) - 1]!;
    bin.images += 1;
    bin.confidence += confidence;
    if (correct) bin.correct += 1;
  }
  const bins = sums.map(({ images, confidence, correct }, index) => ({
    from: index / count,
    to: (index + 1) / count,
    images,
    confidence: images > 0 ? confidence / images : 0,
    accuracy: images > 0 ? correct / images : 0,
  }));
  const gap = ({ accuracy, confidence }: CalibrationBin) => Math.abs(accuracy - confidence);
  const total = Math.max(1, guesses.length);
  return {
    bins,
    expectedError: bins.reduce((sum, bin) => sum + bin.images * gap(bin), 0) / total,
    largestError: Math.max(0, ...bins.map(gap)),
    meanConfidence: sums.reduce((sum, { confidence }) => sum + confidence, 0) / total,
  };
}
