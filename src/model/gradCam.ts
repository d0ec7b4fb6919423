// Grad-CAM: the regions of an image that support a class.
// Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization" (2017).

import * as tf from '@tensorflow/tfjs-core';
import { inputGradient } from './backpropagate.js';
import type { Network } from './network.js';

/** How much each region of an image supports a class. */
export interface HeatMap {
  /** Height and width: 13 for AlexNet. Values are row-major; each covers a square of the image. */
  readonly side: number;
  /** [side, side], from 0 to 1. The maximum is 1, or 0 if no region supports the class. */
  readonly values: Float32Array;
}

/**
 * The Grad-CAM of each image for the class at the same index: the sum of the last convolution's channels, weighted by
 * the mean gradient of the class's logit, clamped at zero.
 *
 * Uses the output of the last convolution's ReLU, [n, 13, 13, 256], since that of the last pooling has the same
 * channels at less than half the resolution (6 x 6). The gradient is computed after the pooling: each window passes
 * its gradient to one input, so the sums per channel are equal, and ties within a window don't matter (the wasm
 * backend of TensorFlow.js drops the gradient of windows that are all zeros).
 *
 * `images`: as in `Network.forward`, [n, 224, 224, 3], or padded, [n, 228, 228, 3]; `classes`: n indices of logits.
 * Costs about one forward pass and a backward pass through the classifier. Allocates no tensors that outlive the call.
 */
export function gradCam(network: Network, images: tf.Tensor, classes: readonly number[]): HeatMap[] {
  const pooling = network.layers.findLastIndex(({ type }) => type === 'MaxPool2d');
  const activations = network.forward(images, { to: pooling });
  const pooled = network.forward(activations, { from: pooling, to: pooling + 1 });
  const gradients = logitGradients(network, pooled, pooling + 1, classes);
  const [, side, , channels] = activations.shape as [number, number, number, number];
  const activationValues = activations.dataSync<'float32'>();
  const gradientValues = gradients.dataSync<'float32'>();
  tf.dispose([activations, pooled, gradients]);
  return classes.map((_, row) => {
    const own = (values: Float32Array) => {
      const length = values.length / classes.length;
      return values.subarray(row * length, (row + 1) * length);
    };
    return { side, values: heatOf(own(activationValues), own(gradientValues), channels) };
  });
}

/**
 * The gradients of each row's logit with respect to the input of layer `from`. One pass, since rows are independent.
 */
function logitGradients(
  network: Network,
  input: tf.Tensor,
  from: number,
  classes: readonly number[],
): tf.Tensor {
  return tf.tidy(() => {
    const head = network.layers.at(-1)!;
    const width = head.type === 'Linear' ? head.outFeatures : 0;
    const chosen = new Float32Array(classes.length * width);
    classes.forEach((index, row) => {
      if (!(index >= 0 && index < width))
        throw new Error(`Expected a class from 0 to ${width - 1} but received ${index}`);
      chosen[row * width + index] = 1;
    });
    return inputGradient(network, input, {
      from,
      outputGradient: () => tf.tensor2d(chosen, [classes.length, width]),
    });
  });
}

/**
 * `activations`: [side, side, channels] of one image; `gradients`: [.., channels]. Sums replace means, since the
 * result is divided by its maximum. In float64, so that the order of the sums does not matter.
 */
function heatOf(activations: Float32Array, gradients: Float32Array, channels: number): Float32Array {
  const weights = new Float64Array(channels);
  for (let i = 0; i < gradients.length; i++) weights[i % channels]! += gradients[i]!;
  const heat = new Float64Array(activations.length / channels);
  for (let i = 0; i < activations.length; i++) {
    heat[Math.floor(i / channels)]! += weights[i % channels]! * activations[i]!;
  }
  const max = heat.reduce((a, b) => Math.max(a, b), 0);
  return Float32Array.from(heat, (value) => (max > 0 ? Math.max(0, value) / max : 0));
}
