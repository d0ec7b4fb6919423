// The result of a proof, in alexft.json and in the JSON of the command. In a file of its own: a program that imports
// alexft's types needs none of the engine's.

/** A runtime that is not available here. */
export interface MissingRuntime {
  readonly runtime: string;
  readonly reason: string;
  /** What to do, in the imperative. */
  readonly fix: string;
}

export type Proof =
  | {
      readonly proven: true;
      /** "ONNX Runtime" */
      readonly runtime: string;
      readonly version: string;
      readonly images: number;
      /** Of a probability; of a logit, relative to the largest of its image. */
      readonly largestDifference: number;
    }
  | ({ readonly proven: false } & MissingRuntime);

/** How weights were quantized, and what it costs. */
export interface QuantizationResult {
  readonly type: 'float16' | 'int8';
  /** Absent without validation images. Shares of the images. */
  readonly accuracy?: { readonly images: number; readonly original: number; readonly quantized: number };
}
