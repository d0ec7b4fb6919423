// The forward and the backward pass of each type of layer, on tensors [n, height, width, channels] or [n, features].

import * as tf from '@tensorflow/tfjs-core';
import {
  addBias,
  biasGradient,
  convolutionFilterGradient,
  convolutionInputGradient,
  maxPoolGradient,
  reluGradient,
  type Window,
} from '../engine/kernels/layers.js';
import { inputSize } from './alexnet.js';
import type { Layer } from './layers.js';

/** What a layer computes with, beside its input. */
export interface Operands {
  /** Reads the weight or bias, which the scope of the pass disposes of. */
  parameter(kind: 'weight' | 'bias'): tf.Tensor;
  /** Of a Dropout layer in training. */
  readonly mask?: tf.Tensor | undefined;
}

/** What `backward` reads of the forward pass. */
export interface Saved {
  readonly input: tf.Tensor;
  readonly output: tf.Tensor;
}

/** Each gradient is computed where it is wanted. */
export interface Gradients {
  readonly input: () => tf.Tensor;
  readonly weight?: () => tf.Tensor;
  readonly bias?: () => tf.Tensor;
}

interface Operation<L extends Layer> {
  forward(x: tf.Tensor, layer: L, operands: Operands): tf.Tensor;
  /** Those that `backward` reads, beyond their shapes. */
  readonly saves: readonly (keyof Saved)[];
  /** The gradients of the loss from `dy`, its gradient by the layer's output. */
  backward(dy: tf.Tensor, saved: Saved, layer: L, operands: Operands): Gradients;
}

type OfType<Type extends Layer['type']> = Extract<Layer, { type: Type }>;

const operations: { readonly [Type in Layer['type']]: Operation<OfType<Type>> } = {
  Conv2d: {
    forward(x, layer, { parameter }) {
      const { stride, pad } = windowOf(layer);
      const convolved = tf.conv2d(bordered(x, layer), parameter('weight') as tf.Tensor4D, stride, pad);
      return addBias(convolved, parameter('bias'));
    },
    saves: ['input'],
    backward(dy, { input }, layer, { parameter }) {
      const { inChannels, outChannels, kernelSize } = layer;
      const window = windowOf(layer);
      const x = bordered(input, layer);
      return {
        input: () => unbordered(convolutionInputGradient(dy, parameter('weight'), x.shape, window), input),
        weight: () =>
          convolutionFilterGradient(dy, x, [kernelSize, kernelSize, inChannels, outChannels], window),
        bias: () => biasGradient(dy),
      };
    },
  },

  ReLU: {
    forward: (x) => tf.relu(x),
    saves: ['output'],
    backward: (dy, { output }) => ({ input: () => reluGradient(dy, output) }),
  },

  MaxPool2d: {
    forward: (x, { kernelSize, stride }) => tf.maxPool(x as tf.Tensor4D, kernelSize, stride, 'valid'),
    saves: ['input', 'output'],
    backward: (dy, saved, { kernelSize, stride }) => ({
      input: () => maxPoolGradient(dy, saved, kernelSize, { stride, pad: 'valid' }),
    }),
  },

  /** The identity: images of other sizes are not supported. */
  AdaptiveAvgPool2d: {
    forward(x, { name, outputSize }) {
      if (x.shape[1] === outputSize && x.shape[2] === outputSize) return tf.clone(x);
      throw new Error(`Expected ${outputSize} x ${outputSize} for ${name} but received [${x.shape}]`);
    },
    saves: [],
    backward: (dy) => ({ input: () => tf.clone(dy) }),
  },

  /** PyTorch flattens in the order channels, height, width, which is that of classifier.1's columns. */
  Flatten: {
    forward: (x) => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0]!, -1]),
    saves: [],
    backward: (dy, { input }) => ({
      input() {
        const [n, height, width, channels] = input.shape as [number, number, number, number];
        return tf.transpose(tf.reshape(dy, [n, channels, height, width]), [0, 2, 3, 1]);
      },
    }),
  },

  Dropout: {
    forward: (x, _, { mask }) => (mask ? tf.mul(x, mask) : tf.clone(x)),
    saves: [],
    backward: (dy, _saved, _layer, { mask }) => ({
      input: () => (mask ? tf.mul(dy, mask) : tf.clone(dy)),
    }),
  },

  Linear: {
    forward: (x, _, { parameter }) =>
      addBias(tf.matMul(x, parameter('weight'), false, true), parameter('bias')),
    saves: ['input'],
    backward: (dy, { input }, _, { parameter }) => ({
      input: () => tf.matMul(dy, parameter('weight')),
      weight: () => tf.matMul(dy, input, true, false),
      bias: () => biasGradient(dy),
    }),
  },
};

export const operationOf = (layer: Layer): Operation<Layer> => operations[layer.type] as Operation<Layer>;

/** The gradient of EXPLICIT padding doesn't use oneDNN in TensorFlow. With a stride of 1, SAME is equivalent. */
const isSame = ({ kernelSize, stride, padding }: OfType<'Conv2d'>): boolean =>
  stride === 1 && padding === (kernelSize - 1) / 2;

const windowOf = (layer: OfType<'Conv2d'>): Window => ({
  stride: layer.stride,
  pad: isSame(layer) ? 'same' : 'valid',
});

/** `x` inside the layer's padding, which the network's images already have where they come from the loader. */
function bordered(x: tf.Tensor, layer: OfType<'Conv2d'>): tf.Tensor4D {
  const { padding } = layer;
  const image = x as tf.Tensor4D;
  if (isSame(layer) || x.shape[1] === inputSize + 2 * padding) return image;
  const around: [number, number] = [padding, padding];
  return tf.pad(image, [[0, 0], around, around, [0, 0]]);
}

/** The part of the gradient `dx` that belongs to `x` where it was padded. */
function unbordered(dx: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const padding = (dx.shape[1]! - x.shape[1]!) / 2;
  return padding === 0 ? dx : tf.slice(dx, [0, padding, padding, 0], x.shape);
}
