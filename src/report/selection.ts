// The images and the pairs of classes that a report shows.

import { type ImagePrediction, isMistake } from './reportData.js';

/** The images in each gallery, which bounds the size of a report. */
const galleryImages = 12;

/** The most confident mistakes, and the least confident of the other predictions. */
export function selectImages<Image extends ImagePrediction>(
  predictions: readonly Image[],
  count = galleryImages,
): { mistakes: Image[]; uncertain: Image[] } {
  const confidence = ({ top }: ImagePrediction) => top[0]!.probability;
  const mistakes = predictions
    .filter(isMistake)
    .sort((a, b) => confidence(b) - confidence(a))
    .slice(0, count);
  const shown = new Set(mistakes);
  const uncertain = predictions
    .filter((image) => !shown.has(image))
    .sort((a, b) => confidence(a) - confidence(b))
    .slice(0, count);
  return { mistakes, uncertain };
}

/** The most frequent confusions of two classes. `share`: of the true class's images. */
export function confusedPairs(
  confusion: readonly (readonly number[])[],
  count: number,
): { label: number; predicted: number; images: number; share: number }[] {
  return confusion
    .flatMap((row, label) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      return row.flatMap((images, predicted) =>
        images > 0 && predicted !== label ? [{ label, predicted, images, share: images / total }] : [],
      );
    })
    .sort((a, b) => b.images - a.images || b.share - a.share)
    .slice(0, count);
}
