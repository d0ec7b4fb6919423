// Everything that a report page shows, as plain data. gather/ collects it from the run and the network.

export interface ReportData {
  readonly run: RunFacts;
  /** In the order of the logits. */
  readonly classes: readonly string[];
  readonly curves: Curves;
  /** The best model's predictions for the validation images; absent without a model or images. */
  readonly validation?: Validation | undefined;
  /** Sentences about missing parts. */
  readonly notes: readonly string[];
  /** The kernels of the first convolution. */
  readonly filters?: Filters | undefined;
  readonly audit: Audit;
  readonly commands: readonly RunCommand[];
}

export interface RunFacts {
  /** The run folder. */
  readonly path: string;
  /** `complete`, `interrupted`, `failed`, `running`. */
  readonly state: string;
  readonly error?: string | undefined;
  /** ISO 8601. */
  readonly started?: string | undefined;
  readonly seconds?: number | undefined;
  readonly images: { readonly train: number; readonly validation: number; readonly skipped: number };
  /** The best model on --test. */
  readonly test?: { readonly data: string; readonly images: number; readonly accuracy: number } | undefined;
  /** The epoch of the best model. */
  readonly bestEpoch?: number | undefined;
  /** Device, engine and versions, by name. */
  readonly environment: readonly Fact[];
  readonly options: readonly RunOption[];
  /** The report's own date and alexft version. */
  readonly made: { readonly at: string; readonly version: string };
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** `name` is the flag; `given` is false for a default. */
export type RunOption = Fact & { readonly given: boolean };

/** A command line for the run, and its purpose. */
export interface RunCommand {
  readonly purpose: string;
  readonly command: string;
}

export interface Curves {
  readonly epochs: readonly EpochFigures[];
  /** The loss of each batch; `at` is the step's position in epochs. */
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
  /** Counts by true class (rows) and predicted class (columns). */
  readonly confusion: readonly (readonly number[])[];
  /** By class. `images` is the number of images of the class. */
  readonly metrics: readonly {
    readonly images: number;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
  }[];
  /** The confusion matrix as a `data:` URL, one pixel per cell; for many classes. */
  readonly confusionImage?: string | undefined;
  readonly predictions: readonly ImagePrediction[];
  /** The most confident mistakes first. */
  readonly mistakes: readonly ShownImage[];
  /** The least confident predictions first, without those in `mistakes`. */
  readonly uncertain: readonly ShownImage[];
  /** Validation images that are unreadable or missing. */
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

export interface ImagePrediction {
  readonly file: string;
  /** The index of the true class. */
  readonly label: number;
  /** The most probable classes, up to three, in descending order. */
  readonly top: readonly { readonly label: number; readonly probability: number }[];
  /** The probability of the true class. */
  readonly truth: number;
}

export interface Thumbnail {
  /** A `data:` URL. */
  readonly photo: string;
  /** The thumbnail under the Grad-CAM heat map of the predicted class. */
  readonly heat?: string | undefined;
  /** Of both, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Without a thumbnail if the image can't be read. */
export type ShownImage = ImagePrediction & Partial<Thumbnail>;

export interface Filters {
  /** A `data:` URL. */
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

export interface Audit {
  /** `full`: every image was decoded, as in `alexft check`; `short`: only what the training recorded. */
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

export const isMistake = ({ label, top }: ImagePrediction): boolean => top[0]!.label !== label;
