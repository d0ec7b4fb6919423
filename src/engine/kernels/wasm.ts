// Kernels for training that tfjs' wasm backend lacks or that are slow in it, composed of its other kernels.

import * as tf from '@tensorflow/tfjs-core';
import { type ProductInputs, replaceKernel, specializeKernel } from './replaceKernel.js';

interface FilterGradAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same';
  filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution with respect to its filter, as a convolution of x with dy, dilated by the stride.
 * x [N, H, W, C] is transposed to [C, H, W, N], dy [N, h, w, K] to the filter [h, w, N, K], and the result
 * [C, fh, fw, K] to [fh, fw, C, K].
 */
function conv2dBackpropFilter(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: FilterGradAttributes): tf.Tensor {
  const { strides, pad, filterShape } = attributes;
  const [filterHeight, filterWidth] = filterShape;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad);
  const { top, bottom, left, right } = info.padInfo;
  return tf.tidy(() => {
    const padded =
      top + bottom + left + right > 0
        ? tf.pad(x, [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ])
        : x;
    const images = tf.transpose(padded, [3, 1, 2, 0]);
    const filter = tf.transpose(dy, [1, 2, 0, 3]);
    const dilations: [number, number] = [info.strideHeight, info.strideWidth];
    const result = tf.conv2d(images, filter, 1, 'valid', 'NHWC', dilations);
    // If the stride does not divide the input, rows of x that no window reached give extra columns.
    const exact = tf.slice(result, [0, 0, 0, 0], [-1, filterHeight, filterWidth, -1]);
    return tf.transpose(exact, [1, 2, 0, 3]);
  });
}

interface InputGradAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same';
  inputShape: [number, number, number, number];
}

/**
 * The gradient of a convolution with respect to its input, for stride 1 and padding SAME: a convolution of dy with the
 * filter, rotated by 180 degrees and with its channels swapped. The backend's own kernel is an unoptimized loop that
 * takes half of the training time. Undefined for other strides and paddings.
 */
function sameConv2dBackpropInput(
  { dy, filter }: { dy: tf.Tensor4D; filter: tf.Tensor4D },
  { strides, pad }: InputGradAttributes,
): tf.Tensor | undefined {
  const [height, width] = filter.shape;
  if (strides !== 1 || pad !== 'same' || height % 2 === 0 || width % 2 === 0) return undefined;
  return tf.tidy(() => {
    const rotated = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(dy, rotated, 1, 'same');
  });
}

/**
 * A matrix product with a transposed operand, for which the backend's own kernel takes 12 to 50 times as long as
 * without (docs/engine.md). Transposes the small matrices of a Linear layer, with one row per image, not its weight
 * (b). Undefined if no operand is transposed.
 */
function transposedProduct(
  { a, b }: ProductInputs,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
): tf.Tensor | undefined {
  if (a.rank !== 2 || !(transposeA || transposeB)) return undefined;
  return tf.tidy(() => {
    const left = transposeA ? tf.transpose(a) : a;
    return transposeB ? tf.transpose(tf.matMul(b, tf.transpose(left))) : tf.matMul(left, b);
  });
}

/** Registers the kernels for tfjs' wasm backend. */
export function registerWasmKernels(): void {
  specializeKernel('wasm', tf.Conv2DBackpropInput, sameConv2dBackpropInput);
  replaceKernel<{ x: tf.Tensor4D; dy: tf.Tensor4D }, FilterGradAttributes>(
    'wasm',
    tf.Conv2DBackpropFilter,
    ({ x, dy }, attributes) => conv2dBackpropFilter(x, dy, attributes),
  );
  specializeKernel('wasm', tf.BatchMatMul, transposedProduct);
  replaceKernel<{ dy: tf.Tensor; y: tf.Tensor }>('wasm', 'ReluGrad', ({ dy, y }) =>
    tf.tidy(() => tf.mul(dy, tf.step(y))),
  );
  replaceKernel<{ x: tf.Tensor; bias: tf.Tensor }>('wasm', 'BiasAdd', ({ x, bias }) => tf.add(x, bias));
  replaceKernel<{ dy: tf.Tensor }>('wasm', 'BiasAddGrad', ({ dy }) =>
    tf.sum(dy, [...Array(dy.rank - 1).keys()]),
  );
}
