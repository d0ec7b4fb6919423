// How much the images of each class count in the training's loss.

import { countClasses } from '../data/balance.js';

export type ClassWeighting = 'none' | 'balanced';

/**
 * One weight a class, for the images that are trained on; undefined where all count alike. `balanced` is
 * n / (classes * count), as in scikit-learn's compute_class_weight('balanced'): all classes count alike then. Files that
 * turn out to be unreadable are counted too. The weight of a class without an image, which is never asked for, is 0.
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
