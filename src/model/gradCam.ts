// Where the network looked: the places of an image that speak for a class.
// Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization" (2017).

import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './network.js';

/** How much each place of an image speaks for a class. */
export interface HeatMap {
  /** Height and width: 13 for AlexNet. Each value stands for a square of the image, in rows from its top left. */
  readonly side: number;
  /** [side, side], from 0 to 1: the largest is 1. All are 0 where no place speaks for the class. */
  readonly values: Float32Array;
}

/**
 * The Grad-CAM of each image for the class beside it: the last convolution's channels, each weighted by the mean of
 * the gradient of the class's logit, added up, and cut off below zero.
 *
 * It looks at what the last convolution's ReLU gives, [n, 13, 13, 256], and not at what the last pooling leaves of it,
 * 6 x 6: the same channels, at more than twice the resolution. The gradient is taken behind the pooling all the same:
 * each of its windows hands its gradient to one place, so a channel's sum is the same on both sides, and what engines do
 * with a window of equal values does not matter (tfjs' wasm backend loses the gradients of those that are all zeros).
 *
 * `images` as `Network.forward` takes them, [n, 224, 224, 3] or with their border [n, 228, 228, 3]; `classes`: n
 * indices of logits. Leaves no tensor behind. Costs about a pass through the network and one back through its classifier.
 */
export function gradCam(network: Network, images: tf.Tensor, classes: readonly number[]): HeatMap[] {
  const pooling = network.layers.findLastIndex(({ type }) => type === 'MaxPool2d');
  const activations = network.forward(images, { to: pooling });
  const pooled = network.forward(activations, { from: pooling, to: pooling + 1 });
  const gradients = logitGradients(network, pooled, pooling + 1, classes);
  const [, side, , channels] = activations.shape as [number, number, number, number];
  const seen = activations.dataSync<'float32'>();
  const slopes = gradients.dataSync<'float32'>();
  tf.dispose([activations, pooled, gradients]);
  return classes.map((_, row) => {
    const own = (values: Float32Array) => {
      const length = values.length / classes.length;
      return values.subarray(row * length, (row + 1) * length);
    };
    return { side, values: heatOf(own(seen), own(slopes), channels) };
  });
}

/** Of each row's own class's logit, by what layer `from` takes. The rows are independent, so one pass is enough. */
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
      if (!(index >= 0 && index < width)) throw new Error(`There is no logit ${index} of ${width}.`);
      chosen[row * width + index] = 1;
    });
    const logits = (x: tf.Tensor) => network.forward(x, { from });
    return tf.grad(logits)(input, tf.tensor2d(chosen, [classes.length, width]));
  });
}

/**
 * `seen`: [side, side, channels] of one image; `slopes`: [.., channels], of which only each channel's sum counts, as
 * the map is divided by its maximum in the end. In float64, so that nothing is left to the order of the sums.
 */
function heatOf(seen: Float32Array, slopes: Float32Array, channels: number): Float32Array {
  const weights = new Float64Array(channels);
  for (let i = 0; i < slopes.length; i++) weights[i % channels]! += slopes[i]!;
  const heat = new Float64Array(seen.length / channels);
  for (let i = 0; i < seen.length; i++) heat[Math.floor(i / channels)]! += weights[i % channels]! * seen[i]!;
  const most = heat.reduce((a, b) => Math.max(a, b), 0);
  return Float32Array.from(heat, (value) => (most > 0 ? Math.max(0, value) / most : 0));
}
