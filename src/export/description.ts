// alexft.json: what a program needs to use an export, and golden images to check itself.

import { version } from '../core/version.js';
import type { Preprocessing } from '../data/transforms/preprocessing.js';
import { inputSize } from '../model/alexnet.js';
import { mostProbable } from '../training/evaluateNetwork.js';
import { type Graph, inputName } from './graph.js';
import type { Proof, QuantizationResult } from './proofResult.js';
import type { TargetName } from './target.js';

export const descriptionFile = 'alexft.json';

/** The part that is also stored in a model, if its format has a place for it. Fields: docs/json.md. */
export function describeExport(
  target: TargetName,
  graph: Graph,
  sha256: string,
  quantization?: QuantizationResult,
) {
  const { input, output, classes, preprocessing } = graph;
  const isNchw = input === 'float32' && (target === 'onnx' || target === 'torch');
  const [side, colors] = [inputSize, 3];
  return {
    schema: 1,
    /** The version. */
    alexft: version,
    target,
    /** The file that was exported. */
    source: { sha256 },
    classes,
    preprocessing: { ...preprocessing, resize: resizeInWords(preprocessing) },
    input: {
      name: inputName,
      type: input === 'uint8' && (target === 'tfjs' || target === 'web') ? 'int32' : input, // tfjs has no uint8
      layout: isNchw ? 'NCHW' : 'NHWC',
      shape: ['n', ...(isNchw ? [colors, side, side] : [side, side, colors])],
      /** Whether the values are normalized; otherwise bytes that the model normalizes. */
      normalized: input === 'float32',
    },
    output: { name: output, shape: ['n', classes.length] },
    ...(quantization && { quantization }),
  };
}

const resizeInWords = ({ size, shorterSide }: Preprocessing): string =>
  shorterSide === undefined
    ? 'Pillow, Image.BILINEAR, without the aspect ratio'
    : `Pillow, Image.BILINEAR, the shorter side to ${shorterSide}; then torchvision's CenterCrop(${size})`;

export type ExportDescription = ReturnType<typeof describeExport>;

interface Golden {
  /** A PNG in base64. */
  readonly png: string;
  readonly label: string;
  /** The model's output for it. */
  readonly output: readonly number[];
}

/** The content of alexft.json. */
export type DescriptionFile = ExportDescription & {
  readonly golden: readonly Golden[];
  readonly proof: Proof;
};

/** `outputs`: alexft's for the images, [n, classes]. */
export const goldenOf = (
  images: readonly { readonly png: Uint8Array }[],
  outputs: Float32Array,
  classes: readonly string[],
): Golden[] =>
  images.map(({ png }, index) => {
    const output = outputs.subarray(index * classes.length, (index + 1) * classes.length);
    return {
      png: Buffer.from(png).toString('base64'),
      label: classes[mostProbable(output)]!,
      output: Array.from(output, (value) => Number(value.toPrecision(9))), // exact for float32
    };
  });
