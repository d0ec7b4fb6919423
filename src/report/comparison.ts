// Two runs compared, as plain data. gather/compare.ts collects it.

/** A value for each of the two runs. */
export type Pair<T> = readonly [T, T];

export interface RunComparison {
  readonly runs: Pair<ComparedRun>;
  /** Options with different values, by flag. */
  readonly options: readonly { readonly option: string; readonly values: Pair<string> }[];
  readonly split: SplitComparison;
  /** Absent where there is no image that both models can be compared on. */
  readonly answers?: AnswerComparison | undefined;
  /** Sentences about missing parts. */
  readonly notes: readonly string[];
}

export interface ComparedRun {
  readonly run: string;
  readonly state: string;
  /** Of the best model, on the run's own validation images. */
  readonly bestEpoch?: number | undefined;
  readonly valAccuracy?: number | undefined;
  readonly valLoss?: number | undefined;
  readonly seconds?: number | undefined;
}

/** Images are the same if their bytes are. */
export interface SplitComparison {
  /** Whether both runs have the same images on the same sides. */
  readonly same: boolean;
  /** Images of only one of the runs. */
  readonly onlyIn: Pair<number>;
  /** Images of both that are on different sides. */
  readonly moved: number;
  /** Images that are for validation in both. */
  readonly validation: number;
}

/** The answers of the best models for the images that are for validation in both runs. */
export interface AnswerComparison {
  readonly images: number;
  readonly accuracy: Pair<number>;
  readonly loss: Pair<number>;
  readonly bothRight: number;
  readonly bothWrong: number;
  /** Images for which only one of the runs is right. */
  readonly onlyRight: Pair<number>;
  /** Of McNemar's exact test. */
  readonly pValue: number;
  readonly changed: readonly ChangedAnswer[];
}

export interface ChangedAnswer {
  readonly file: string;
  /** The true class. */
  readonly class: string;
  readonly answers: Pair<{ readonly label: string; readonly probability: number }>;
}
