// Kernels of layers, forward and backward. Every engine provides them: `BiasAdd`, `BiasAddGrad` and `ReluGrad` do not
// exist in tfjs, others are replaced (tensorflow.ts, wasm.ts).

import * as tf from '@tensorflow/tfjs-core';

/** How a convolution or pooling of [n, height, width, channels] moves its window. */
export interface Window {
  readonly stride: number;
  readonly pad: 'valid' | 'same';
}

const run = (kernel: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

const convolution = ({ stride, pad }: Window) => ({ strides: stride, pad, dataFormat: 'NHWC' });

/** The gradient of a convolution by its input. `dy`: by its output; `filter`: [height, width, in, out]. */
export const convolutionInputGradient = (
  dy: tf.Tensor,
  filter: tf.Tensor,
  inputShape: readonly number[],
  window: Window,
): tf.Tensor => run(tf.Conv2DBackpropInput, { dy, filter }, { ...convolution(window), inputShape });

/** The gradient of a convolution by its filter, [height, width, in, out]. */
export const convolutionFilterGradient = (
  dy: tf.Tensor,
  x: tf.Tensor,
  filterShape: readonly number[],
  window: Window,
): tf.Tensor => run(tf.Conv2DBackpropFilter, { x, dy }, { ...convolution(window), filterShape });

/** Adds a bias along the last axis. */
export const addBias = (x: tf.Tensor, bias: tf.Tensor): tf.Tensor => run('BiasAdd', { x, bias });

/** The gradient of a bias, which is added along the last axis: the sum over all other axes. */
export const biasGradient = (dy: tf.Tensor): tf.Tensor => run('BiasAddGrad', { dy });

/** The gradient of a ReLU, from its output `y`, which is positive exactly where the input is. */
export const reluGradient = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor => run('ReluGrad', { dy, y });

/** The gradient of a max pooling of `size` x `size`. */
export const maxPoolGradient = (
  dy: tf.Tensor,
  { input, output }: { readonly input: tf.Tensor; readonly output: tf.Tensor },
  size: number,
  { stride, pad }: Window,
): tf.Tensor => run(tf.MaxPoolGrad, { dy, input, output }, { filterSize: size, strides: stride, pad });
