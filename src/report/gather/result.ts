// What `report` gives. In a file of its own: a program that imports alexft's types needs none of the engine's.

import type { Audit } from '../reportData.js';

export interface Report {
  /** The run's folder, as given. */
  readonly run: string;
  /** The report. */
  readonly file: string;
  readonly bytes: number;
  /** `complete`, `interrupted`, `failed` or `running`. */
  readonly state: string;
  /** Epochs that were trained. */
  readonly epochs: number;
  readonly bestEpoch?: number;
  /** Validation images that the best model looked at, and those that could not be. */
  readonly images: number;
  readonly leftOut: number;
  /** Of the best model on them; absent where there are none. */
  readonly accuracy?: number;
  readonly loss?: number;
  /** The expected calibration error, in 15 bins. */
  readonly calibrationError?: number;
  /** Images taken for another class. */
  readonly mistakes?: number;
  /** Whether every image was decoded for the audit. */
  readonly audit: Audit['kind'];
  /** Sentences that the report begins with, about what is missing from it. */
  readonly notes: readonly string[];
}
