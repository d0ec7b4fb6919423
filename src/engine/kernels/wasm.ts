// Kernels that tfjs' wasm backend lacks and training needs, made of kernels that it has.

import * as tf from '@tensorflow/tfjs-core';
import { type ProductInputs, replaceKernel, specializeKernel } from './replaceKernel.js';

interface FilterGradAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same';
  filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution by its filter is itself a convolution: of x, its channels taken for the batch, by dy,
 * dilated by the stride. x [N, H, W, C] becomes [C, H, W, N], dy [N, h, w, K] becomes the filter [h, w, N, K], and
 * the result [C, fh, fw, K] is turned back into [fh, fw, C, K].
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
    // Rows of x that no window reached (a stride that does not divide) give more columns than the filter has.
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
 * The gradient of a convolution by its input, where the stride is 1 and the padding SAME: a convolution of dy by the
 * filter, turned by half a turn, its channels exchanged. The backend's own kernel is a plain loop, and takes half the
 * time of a training. Undefined elsewhere.
 */
function sameConv2dBackpropInput(
  { dy, filter }: { dy: tf.Tensor4D; filter: tf.Tensor4D },
  { strides, pad }: InputGradAttributes,
): tf.Tensor | undefined {
  const [height, width] = filter.shape;
  if (strides !== 1 || pad !== 'same' || height % 2 === 0 || width % 2 === 0) return undefined;
  return tf.tidy(() => {
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(dy, turned, 1, 'same');
  });
}

/**
 * A product of two matrices with a transposed operand, which takes the backend's own kernel 12 to 50 times as long as
 * a plain one (docs/engine.md). What is turned here are the small matrices of a Linear layer, those with a row for each image: its
 * weight (b) is not. Undefined where no operand is transposed.
 */
function turnedProduct(
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
  specializeKernel('wasm', tf.BatchMatMul, turnedProduct);
  replaceKernel<{ dy: tf.Tensor; y: tf.Tensor }>('wasm', 'ReluGrad', ({ dy, y }) =>
    tf.tidy(() => tf.mul(dy, tf.step(y))),
  );
  replaceKernel<{ dy: tf.Tensor }>('wasm', 'BiasAddGrad', ({ dy }) =>
    tf.sum(dy, [...Array(dy.rank - 1).keys()]),
  );
}
