// The result of `check --labels`, in a file without imports of the engine, for programs that import types only.

export interface SuspiciousImage {
  /** Relative to the dataset's folder. */
  readonly file: string;
  /** The class of its folder, and that class's probability. */
  readonly label: string;
  readonly probability: number;
  /** The class that it probably belongs to, and that class's probability. */
  readonly predicted: string;
  readonly predictedProbability: number;
}

export interface LabelCheck {
  readonly folds: number;
  readonly seed: number;
  /** Images that were predicted. */
  readonly images: number;
  /** The share of them whose most probable class is their folder's. */
  readonly accuracy: number;
  /** The most certain first. */
  readonly suspicious: readonly SuspiciousImage[];
}
