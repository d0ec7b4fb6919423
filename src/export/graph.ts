// The network of an export, which every writer translates: AlexNet's layers for inference, with the preprocessing that
// the graph does itself and the softmax.

import type { Preprocessing } from '../data/transforms/preprocessing.js';
import { alexNet } from '../model/alexnet.js';
import type { Layer } from '../model/layers.js';
import { outputShape } from '../model/outputShape.js';
import type { StateDict } from '../model/stateDict.js';
import type { Model } from '../weights/modelFile.js';

/**
 * What the graph takes: float32, normalized; or uint8, RGB bytes [n, 224, 224, 3] that the graph normalizes.
 */
export type GraphInput = 'float32' | 'uint8';

/** A step has one input, the output of the step before. */
export type Step =
  /** Bytes [n, 224, 224, 3] to float32: (x / 255 - mean) / std for each channel. */
  | { readonly type: 'Normalize'; readonly name: string; readonly mean: number[]; readonly std: number[] }
  | Extract<Layer, { type: 'Conv2d' | 'ReLU' | 'MaxPool2d' | 'Linear' }>
  /** In the order channels, height, width. */
  | { readonly type: 'Flatten'; readonly name: string; readonly features: number }
  | { readonly type: 'Softmax'; readonly name: string };

export interface Graph {
  readonly input: GraphInput;
  readonly output: 'probabilities' | 'logits';
  readonly steps: readonly Step[];
  /** The parameters of the steps, with PyTorch's names and in its layout. */
  readonly tensors: StateDict;
  /** In the order of the outputs. */
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** The name of a graph's input. */
export const inputName = 'input';

export function graphOf(model: Model, input: GraphInput, logits: boolean): Graph {
  const { architecture, classes, preprocessing, tensors } = model;
  const layers = alexNet({ ...architecture, classes: classes.length });
  const steps = layers.flatMap((layer, index) => stepsOf(layer, outputShape(layers, index)));
  const { mean, std } = preprocessing;
  const normalize: Step = { type: 'Normalize', name: 'normalize', mean: [...mean], std: [...std] };
  return {
    ...{ input, tensors, classes, preprocessing },
    output: logits ? 'logits' : 'probabilities',
    steps: [
      ...(input === 'uint8' ? [normalize] : []),
      ...steps,
      ...(logits ? [] : [{ type: 'Softmax', name: 'softmax' } as const]),
    ],
  };
}

/** `shape`: of the layer's input, without the batch. */
function stepsOf(layer: Layer, shape: readonly number[]): Step[] {
  switch (layer.type) {
    case 'Dropout':
      return [];
    case 'AdaptiveAvgPool2d':
      // For images of 224 x 224 it averages windows of one value.
      if (shape[0] !== layer.outputSize) throw new Error(`${layer.name} has an input of [${shape}]`);
      return [];
    case 'Flatten':
      return [{ ...layer, features: shape.reduce((product, n) => product * n, 1) }];
    default:
      return [layer];
  }
}
