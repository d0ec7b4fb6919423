// What doctor finds out, as plain data. Types alone: a program that imports them needs neither tfjs' types nor Node's.

export type FigureName = 'logits' | 'loss' | 'gradients' | 'adam' | 'sgd';

/** A figure beside PyTorch's. All are shares: of the norm of what is compared; of parameters, the furthest one's. */
export interface ProvenFigure {
  readonly name: FigureName;
  readonly difference: number;
  readonly allowed: number;
  /** How far PyTorch is from itself. */
  readonly pytorch: number;
  readonly ok: boolean;
}

/** Images a second, at this batch size; the median of several runs after one that is not counted. */
export interface Rate {
  readonly batch: number;
  readonly imagesPerSecond: number;
}

export interface Speed {
  /** From normalized images to logits. */
  readonly inference: Rate;
  /** A step of Adam on all layers. */
  readonly allLayers: Rate;
  /** A step of Adam on the classifier, its inputs kept: the default, from the second epoch on. */
  readonly classifier: Rate;
  /** To decode a drawn JPEG of `pixels` and resize it to 224 x 224, one image at a time. */
  readonly decode: { readonly milliseconds: number; readonly pixels: string };
}
