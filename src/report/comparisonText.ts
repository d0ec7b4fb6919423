// A comparison of two runs in sentences, for the page and the terminal.

import { percent } from '../core/formatting.js';
import type { RunComparison } from './comparison.js';
import { count, plural } from './numbers.js';

/** The split, the accuracies, and whether the difference may be chance. */
export function comparisonText({ split, answers }: RunComparison): string[] {
  const { same, onlyIn, moved, validation } = split;
  const [onlyA, onlyB] = onlyIn.map(count);
  const images = plural(validation, 'image');
  const lines = [
    same
      ? `The same split: the same images on the same sides, ${images} for validation.`
      : `Different splits: ${onlyA} of the images are only in A, ${onlyB} only in B, and ${count(moved)} are on other sides. ` +
        `${images} for validation in both.`,
  ];
  if (!answers) return lines;
  const { accuracy, onlyRight, bothRight, bothWrong, pValue, changed } = answers;
  return [
    ...lines,
    `On ${plural(answers.images, 'image')}: accuracy of A ${percent(accuracy[0])}, of B ${percent(accuracy[1])}. ` +
      `Both are right on ${count(bothRight)}, only A on ${count(onlyRight[0])}, only B on ${count(onlyRight[1])}, ` +
      `neither on ${count(bothWrong)}; ${plural(changed.length, 'answer')} changed.`,
    `McNemar's exact test: p = ${pValue < 1e-4 ? pValue.toExponential(1) : pValue.toFixed(4)}` +
      `${pValue < 0.05 ? '' : '; a difference of this size can be chance'}.`,
  ];
}
