// The weights of the classes in the training loss.

import { countClasses } from '../../data/dataset/balance.js';

export type ClassWeighting = 'none' | 'balanced';

/**
 * One weight for each class, from the training images; undefined where all are 1. `balanced` is n / (classes * count),
 * as scikit-learn's compute_class_weight('balanced'). Unreadable files count too. A class without images has weight 0.
 */
export function classWeightsOf(
  weighting: ClassWeighting,
  set: {
    readonly classes: readonly string[];
    readonly labels: readonly number[];
    readonly train: readonly number[];
  },
): Float32Array | undefined {
  if (weighting === 'none') return undefined;
  const counts = countClasses(
    set.train.map((sample) => set.labels[sample]!),
    set.classes.length,
  );
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : set.train.length / (counts.length * count)));
}
