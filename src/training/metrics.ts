// Metrics of a classifier from its confusion matrix.

/** Counts by true class (rows) and predicted class (columns). */
export type Confusion = number[][];

export const emptyConfusion = (classes: number): Confusion =>
  Array.from({ length: classes }, () => new Array<number>(classes).fill(0));

export interface ClassMetrics {
  /** Images of this class. */
  readonly images: number;
  /** The share of the images predicted as this class that belong to it; 0 where there are none. */
  readonly precision: number;
  /** The share of the images of this class that were predicted as it; 0 where there are none. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
}

/** Precision, recall and F1 of class `index`, with 0 for 0/0, as in scikit-learn. */
export function classMetrics(confusion: Confusion, index: number): ClassMetrics {
  const hits = confusion[index]![index]!;
  const images = confusion[index]!.reduce((sum, n) => sum + n, 0);
  const taken = confusion.reduce((sum, row) => sum + row[index]!, 0);
  const precision = taken > 0 ? hits / taken : 0;
  const recall = images > 0 ? hits / images : 0;
  const f1 = images + taken > 0 ? (2 * hits) / (images + taken) : 0;
  return { images, precision, recall, f1 };
}
