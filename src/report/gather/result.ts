// The result of `report`, in a file without imports of the engine, for programs that import types only.

import type { Audit } from '../reportData.js';

export interface Report {
  /** The run folder, as given. */
  readonly run: string;
  /** The report file. */
  readonly file: string;
  readonly bytes: number;
  /** `complete`, `interrupted`, `failed` or `running`. */
  readonly state: string;
  /** Completed epochs. */
  readonly epochs: number;
  readonly bestEpoch?: number;
  /** Validation images that were evaluated with the best model, and those that were skipped. */
  readonly images: number;
  readonly leftOut: number;
  /** Of the best model; absent without evaluated images. */
  readonly accuracy?: number;
  readonly loss?: number;
  /** The expected calibration error in 15 bins. */
  readonly calibrationError?: number;
  /** Misclassified images. */
  readonly mistakes?: number;
  /** `full` if every image was decoded for the audit. */
  readonly audit: Audit['kind'];
  /** Sentences about missing parts of the report. */
  readonly notes: readonly string[];
}
