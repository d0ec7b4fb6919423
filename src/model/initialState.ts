// The initial parameters of a network: loaded from a weights file, or initialized like in PyTorch.
// Source: `reset_parameters` in torch/nn/modules/conv.py and linear.py, `kaiming_uniform_` in torch/nn/init.py.

import type { MersenneTwister } from '../random/generator.js';
import { headName } from './alexnet.js';
import { type Layer, parameterShapes } from './layers.js';
import { type StateDict, sizeOf } from './stateDict.js';

/** The classes of the head that torchvision's `AlexNet()` creates first and the notebook then replaces. */
const torchvisionClasses = 1000;

/**
 * A state dict for `layers` with the tensors of `loaded`. The others are bit-identical to those of `AlexNet()`
 * followed by `model.classifier[6] = nn.Linear(in_features, classes)`, with random numbers from `generator`. Loaded
 * layers skip their random numbers, so that the values of a layer don't depend on which others are loaded.
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
    const [[weightName, weightShape], [biasName, biasShape]] = shapes as [NamedShape, NamedShape];
    if (layer.name === headName) {
      generator.skip(torchvisionClasses * weightShape[1]! + torchvisionClasses);
    }
    const weight = loaded.get(weightName);
    const bias = loaded.get(biasName);
    if (weight && bias) {
      state.set(weightName, weight).set(biasName, bias);
      generator.skip(sizeOf(weightShape) + sizeOf(biasShape));
    } else {
      const initial = initializeLayer(weightShape, generator);
      state.set(weightName, weight ?? { shape: weightShape, data: initial.weight });
      state.set(biasName, bias ?? { shape: biasShape, data: initial.bias });
    }
  }
  return state;
}

type NamedShape = [name: string, shape: number[]];

/**
 * Initializes the parameters of a layer, bit-identical to PyTorch's `nn.Conv2d(...)` or `nn.Linear(...)`: the weight,
 * then the bias, both from U(-1/sqrt(fan_in), 1/sqrt(fan_in)).
 *
 * `weightShape`: [out, in, kh, kw] or [out, in]. The weight is row-major in this order; the bias is [out].
 */
export function initializeLayer(
  weightShape: readonly number[],
  generator: MersenneTwister,
): { weight: Float32Array; bias: Float32Array } {
  const weight = new Float32Array(sizeOf(weightShape));
  const bias = new Float32Array(weightShape[0]!);
  const fanIn = sizeOf(weightShape.slice(1));
  const weightBound = kaimingBound(fanIn);
  generator.uniform(weight, -weightBound, weightBound);
  const biasBound = 1 / Math.sqrt(fanIn);
  generator.uniform(bias, -biasBound, biasBound);
  return { weight, bias };
}

/**
 * The bound of `kaiming_uniform_(weight, a=math.sqrt(5))`. It equals 1/sqrt(fanIn) except for the last bits, which
 * depend on the order of PyTorch's operations.
 */
function kaimingBound(fanIn: number): number {
  const negativeSlope = Math.sqrt(5);
  const gain = Math.sqrt(2 / (1 + negativeSlope * negativeSlope));
  const standardDeviation = gain / Math.sqrt(fanIn);
  return Math.sqrt(3) * standardDeviation;
}
