// The parts of doctor's report, as plain data. Without imports: index.d.ts exports these types, which must not require
// tfjs'.

export interface Check {
  readonly name: string;
  /** Whether training works as far as this check can tell. */
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do. Always set if not ok; otherwise an optional improvement. */
  readonly fix?: string;
}

/** A check that passed. `advice` is an optional improvement. */
export const pass = (name: string, detail: string, advice?: string): Check => ({
  name,
  ok: true,
  detail,
  ...(advice !== undefined && { fix: advice }),
});

export const problem = (name: string, detail: string, fix: string): Check => ({
  name,
  ok: false,
  detail,
  fix,
});

export type FigureName = 'logits' | 'loss' | 'gradients' | 'adam' | 'sgd';

/**
 * A comparison with PyTorch. Differences are relative to the norm of the expected values; the largest of all
 * parameters.
 */
export interface ProvenFigure {
  readonly name: FigureName;
  readonly difference: number;
  readonly allowed: number;
  /** The difference between two of PyTorch's own computations. */
  readonly pytorch: number;
  readonly ok: boolean;
}

/** Images per second for a batch size: the median of several runs, after a warm-up run. */
export interface Rate {
  readonly batch: number;
  readonly imagesPerSecond: number;
}

export interface Speed {
  /** From normalized images to logits. */
  readonly inference: Rate;
  /** A step of Adam on all layers. */
  readonly allLayers: Rate;
  /** A step of Adam on the classifier with cached features: the default from the second epoch on. */
  readonly classifier: Rate;
  /** Decoding a JPEG of `pixels` and resizing it to 224 x 224, one image at a time. */
  readonly decode: { readonly milliseconds: number; readonly pixels: string };
}
