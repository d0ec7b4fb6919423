// The values that a network starts from: those of a weights file where it has them, and PyTorch's default
// initialization for the rest.

import type { MersenneTwister } from '../random/generator.js';
import { headName, type Layer, parameterShapes } from './alexnet.js';
import { initializeLayer } from './initialize.js';
import { type StateDict, sizeOf } from './stateDict.js';

/** The head that `AlexNet()` of torchvision is born with, and that the notebook then replaces. */
const torchvisionClasses = 1000;

/**
 * A state dict for `layers`: `loaded`'s tensors, and for the others what `AlexNet()` and
 * `model.classifier[6] = nn.Linear(in_features, classes)` draw from `generator`, to the bit. All draws are made, or left
 * out, whatever is loaded: a layer's values don't depend on which other layers were.
 */
export function initialState(
  layers: readonly Layer[],
  generator: MersenneTwister,
  loaded: StateDict = new Map(),
): StateDict {
  const state: StateDict = new Map();
  for (const layer of layers) {
    const shapes = parameterShapes(layer);
    if (shapes.length === 0) continue;
    const [[weightName, weightShape], [biasName, biasShape]] = shapes as [Named, Named];
    if (layer.name === headName) {
      generator.skip(torchvisionClasses * weightShape[1]! + torchvisionClasses);
    }
    const weight = loaded.get(weightName);
    const bias = loaded.get(biasName);
    if (weight && bias) {
      state.set(weightName, weight).set(biasName, bias);
      generator.skip(sizeOf(weightShape) + sizeOf(biasShape));
    } else {
      const fresh = initializeLayer(weightShape, generator);
      state.set(weightName, weight ?? { shape: weightShape, data: fresh.weight });
      state.set(biasName, bias ?? { shape: biasShape, data: fresh.bias });
    }
  }
  return state;
}

type Named = [name: string, shape: number[]];
