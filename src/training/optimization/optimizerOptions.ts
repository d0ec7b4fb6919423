// The options of an optimizer. Part of the public types, which do not import tfjs-core.

export interface OptimizerOptions {
  readonly optimizer: 'adam' | 'adamw' | 'sgd';
  /** SGD only. */
  readonly momentum: number;
  /** Added to the gradient for SGD and Adam; for AdamW subtracted from the parameter before the update. */
  readonly weightDecay: number;
  /** The decay of an average of the parameters, which is the model. Default: no average. */
  readonly ema?: number | undefined;
}
