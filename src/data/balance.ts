// How evenly the images are spread over the classes.

import { printable } from '../core/errors.js';

/** From this many times as many images in the largest class as in the smallest, that is told. */
const toldFrom = 3;

/** A sentence for the user where some classes have far fewer images than others; undefined where all is well. */
export function balanceWarning(classes: readonly string[], labels: readonly number[]): string | undefined {
  const counts = countClasses(labels, classes.length);
  const sorted = classes
    .map((name, label) => ({ name, count: counts[label]! }))
    .sort((a, b) => b.count - a.count);
  const [largest, smallest] = [sorted[0], sorted.at(-1)];
  if (!largest || !smallest || smallest.count === 0 || largest.count < toldFrom * smallest.count)
    return undefined;
  const times = Math.floor((10 * largest.count) / smallest.count) / 10;
  return (
    `The classes differ much in size: '${printable(largest.name)}' has ${largest.count} images, ` +
    `'${printable(smallest.name)}' ${smallest.count} (${times} times).`
  );
}

/** How many of `labels` each of so many classes has. */
export function countClasses(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}
