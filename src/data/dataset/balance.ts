// Class balance: the number of images per class.

import { printable } from '../../core/errors.js';

/** The smallest ratio of the largest to the smallest class that is reported. */
const reportedRatio = 3;

/** Returns a sentence if the classes are imbalanced, else undefined. */
export function balanceWarning(classes: readonly string[], labels: readonly number[]): string | undefined {
  const counts = countClasses(labels, classes.length);
  const sorted = classes
    .map((name, label) => ({ name, count: counts[label]! }))
    .sort((a, b) => b.count - a.count);
  const [largest, smallest] = [sorted[0], sorted.at(-1)];
  if (!largest || !smallest || smallest.count === 0) return undefined;
  if (largest.count < reportedRatio * smallest.count) return undefined;
  const ratio = Math.floor((10 * largest.count) / smallest.count) / 10;
  return (
    `The classes are imbalanced: '${printable(largest.name)}' has ${largest.count} images, ` +
    `'${printable(smallest.name)}' has ${smallest.count} (ratio ${ratio}).`
  );
}

/** The number of `labels` of each of `classes` classes. */
export function countClasses(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}
