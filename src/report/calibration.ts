// How far a classifier's probabilities can be believed: reliability diagram and expected calibration error, as in Guo,
// Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks" (2017).

import { isMistake, type JudgedImage } from './reportData.js';

/** What the network took an image for. */
export interface Guess {
  /** The probability of the class that it took it for. */
  readonly confidence: number;
  readonly correct: boolean;
}

interface CalibrationBin {
  /** Confidences above `from`, up to `to` and with it. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  /** The mean confidence and the share that is right; 0 where there are no images. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** The mean over the images of |accuracy - confidence| of their bin. */
  readonly expectedError: number;
  /** The largest |accuracy - confidence| of a bin. */
  readonly largestError: number;
  readonly meanConfidence: number;
}

/** The calibration of what was said of `judged`. */
export const calibrationOfImages = (judged: readonly JudgedImage[]): Calibration =>
  calibrationOf(
    judged.map((image) => ({ confidence: image.top[0]!.probability, correct: !isMistake(image) })),
  );

/** As many bins of equal width as the paper has. */
export const calibrationBins = 15;

/** The calibration of `guesses`, in `count` bins of equal width: ((m - 1) / count, m / count]. */
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
