// The values that a fresh Conv2d or Linear layer starts from.
// Source: `reset_parameters` in torch/nn/modules/conv.py and linear.py, `kaiming_uniform_` in torch/nn/init.py.

import type { MersenneTwister } from '../random/generator.js';
import { sizeOf } from './stateDict.js';

/**
 * What PyTorch's `nn.Conv2d(...)` or `nn.Linear(...)` draws from `generator`: the weight, then the bias, both from
 * U(-1/sqrt(fan_in), 1/sqrt(fan_in)), to the bit.
 *
 * `weightShape` is [out, in, kh, kw] or [out, in]; the weight is row-major in this order, the bias is [out].
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
 * The bound of `kaiming_uniform_(weight, a=math.sqrt(5))`: 1/sqrt(fanIn), but for the last bits, which depend on the
 * order of torch's steps.
 */
function kaimingBound(fanIn: number): number {
  const negativeSlope = Math.sqrt(5);
  const gain = Math.sqrt(2 / (1 + negativeSlope * negativeSlope));
  const standardDeviation = gain / Math.sqrt(fanIn);
  return Math.sqrt(3) * standardDeviation;
}
