// All that a report shows, as plain data: whoever gathers it reads the files and runs the network.

import type { Confusion } from '../training/metrics.js';

export interface ReportData {
  readonly run: RunFacts;
  /** In the order of the logits. */
  readonly classes: readonly string[];
  readonly curves: Curves;
  /** What the best model says of the validation images; absent where there is nothing to look at. */
  readonly validation?: Validation | undefined;
  /** Why there is no `validation`, or what is missing from it. Sentences. */
  readonly notes: readonly string[];
  /** The first layer's filters. */
  readonly filters?: Filters | undefined;
  readonly audit: Audit;
  readonly repeat: readonly RepeatCommand[];
}

export interface RunFacts {
  /** The run's folder. */
  readonly path: string;
  /** `complete`, `interrupted`, `failed`, `running`. */
  readonly state: string;
  readonly error?: string | undefined;
  /** ISO 8601. */
  readonly started?: string | undefined;
  readonly seconds?: number | undefined;
  readonly images: { readonly train: number; readonly validation: number; readonly skipped: number };
  /** The epoch of the best model. */
  readonly bestEpoch?: number | undefined;
  /** What it ran on and with, by name. */
  readonly facts: readonly Fact[];
  /** Each option, as flag and value; `given` where it is not the default. */
  readonly options: readonly (Fact & { readonly given: boolean })[];
  /** When the report was made, and by which version. */
  readonly made: { readonly at: string; readonly version: string };
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Curves {
  readonly epochs: readonly EpochFigures[];
  /** The loss of each step's batch; `at` is where the step stands, in epochs. */
  readonly steps: readonly { readonly at: number; readonly loss: number }[];
}

export interface EpochFigures {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly valLoss?: number | undefined;
  readonly valAccuracy?: number | undefined;
  readonly seconds: number;
  readonly best: boolean;
}

export interface Validation {
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly confusion: Confusion;
  /** The same as an image (a `data:` URL), one pixel a cell, where there are too many classes for a table. */
  readonly confusionImage?: string | undefined;
  readonly judged: readonly JudgedImage[];
  /** Wrong, and most sure of it first. */
  readonly mistakes: readonly ShownImage[];
  /** The lowest probability of the most probable class first; without those of `mistakes`. */
  readonly uncertain: readonly ShownImage[];
  /** Images of the validation side that could not be read, or are no longer there. */
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

export interface JudgedImage {
  readonly file: string;
  /** Its class, by index. */
  readonly label: number;
  /** What is most probable, three classes at most, the most probable first. */
  readonly top: readonly { readonly label: number; readonly probability: number }[];
  /** The probability of its own class. */
  readonly truth: number;
}

export interface ShownImage extends JudgedImage {
  /** The photo, small, as a `data:` URL; absent where it could not be made. */
  readonly photo?: string | undefined;
  /** The same with what the network looked at (Grad-CAM for the class that it took it for) laid over it. */
  readonly looked?: string | undefined;
  /** Pixels of both. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

export interface Filters {
  /** A `data:` URL. */
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

export interface Audit {
  /** `full`: every image was decoded, as `alexft check` does; `short`: what is known without. */
  readonly kind: 'full' | 'short';
  readonly folder: string;
  readonly classes: readonly {
    readonly name: string;
    readonly train: number;
    readonly validation: number;
  }[];
  readonly findings: readonly {
    readonly what: string;
    readonly count: number;
    readonly example: string;
  }[];
  readonly sizes: readonly {
    readonly what: string;
    readonly min: number;
    readonly median: number;
    readonly max: number;
  }[];
  /** Sentences. */
  readonly remarks: readonly string[];
}

export interface RepeatCommand {
  readonly what: string;
  readonly command: string;
}

export const isMistake = ({ label, top }: JudgedImage): boolean => top[0]!.label !== label;
