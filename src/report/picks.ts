// Which images a report shows: those that teach most.

import { isMistake, type JudgedImage } from './reportData.js';

/** Images in each gallery: a report's size is bounded by it. */
const galleryImages = 12;

/** Wrong ones, the most sure first; then of the rest the least certain. No image is in both. */
export function picksOf<Image extends JudgedImage>(
  judged: readonly Image[],
  count = galleryImages,
): { mistakes: Image[]; uncertain: Image[] } {
  const sure = ({ top }: JudgedImage) => top[0]!.probability;
  const mistakes = judged
    .filter(isMistake)
    .sort((a, b) => sure(b) - sure(a))
    .slice(0, count);
  const shown = new Set(mistakes);
  const uncertain = judged
    .filter((image) => !shown.has(image))
    .sort((a, b) => sure(a) - sure(b))
    .slice(0, count);
  return { mistakes, uncertain };
}

/** Classes that are taken for each other, the most often first. */
export function confusedPairs(
  confusion: readonly (readonly number[])[],
  count: number,
): { label: number; taken: number; images: number; share: number }[] {
  return confusion
    .flatMap((row, label) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      return row.flatMap((images, taken) =>
        images > 0 && taken !== label ? [{ label, taken, images, share: images / total }] : [],
      );
    })
    .sort((a, b) => b.images - a.images || b.share - a.share)
    .slice(0, count);
}
