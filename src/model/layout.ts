// Converts parameters between the layouts of PyTorch and the engine. Only convolutions differ: OIHW and HWIO.

import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../engine/engine.js';
import { computedValues } from './computedValues.js';
import type { StateTensor } from './stateDict.js';

/** Converts a shape from PyTorch's layout to the engine's. */
export function nativeShape(shape: readonly number[]): readonly number[] {
  if (shape.length !== 4) return shape;
  const [out, channels, height, width] = shape as [number, number, number, number];
  return [height, width, channels, out];
}

/** Converts [out, in, height, width] to [height, width, in, out]; other parameters are returned unchanged. */
export function fromTorch({ shape, data }: StateTensor): StateTensor {
  if (shape.length !== 4) return { shape, data };
  const [out, channels, height, width] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  let from = 0;
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < channels; i++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        result[(pixel * channels + i) * out + o] = data[from++]!;
      }
    }
  }
  return { shape: nativeShape(shape), data: result };
}

/** Converts a shape from the engine's layout to PyTorch's. */
function torchShape(shape: readonly number[]): readonly number[] {
  if (shape.length !== 4) return shape;
  const [height, width, channels, out] = shape as [number, number, number, number];
  return [out, channels, height, width];
}

/** A parameter in PyTorch's layout. Each access to `data` copies the values out of the engine. */
export const copiedOut = (parameter: Parameter): StateTensor => ({
  shape: torchShape(parameter.shape),
  get data() {
    return toTorch({ shape: parameter.shape, data: parameter.values() }).data;
  },
  *pieces() {
    const tensor = parameter.read();
    try {
      yield* piecesOf(tensor);
    } finally {
      tensor.dispose();
    }
  },
});

/** A tensor of the engine in PyTorch's layout; its values are copied out each time they are read. */
export const copiedTensor = (tensor: tf.Tensor): StateTensor => ({
  shape: torchShape(tensor.shape),
  get data() {
    return toTorch({ shape: tensor.shape, data: tensor.dataSync<'float32'>() }).data;
  },
  pieces: () => piecesOf(tensor),
});

/** Values of a piece: a copy of the largest parameter would take 151 MB. */
const pieceLength = 4 * 2 ** 20;

/** The values in PyTorch's layout. A convolution is one piece. */
function* piecesOf(tensor: tf.Tensor): Generator<Float32Array> {
  const { shape, size } = tensor;
  const length = shape.length === 4 ? size : pieceLength;
  for (let begin = 0; begin < size; begin += length) {
    const data = computedValues(() =>
      tf.slice1d(tf.reshape(tensor, [-1]), begin, Math.min(length, size - begin)),
    );
    yield shape.length === 4 ? toTorch({ shape, data }).data : data;
  }
}

/** The inverse of `fromTorch`. */
export function toTorch({ shape, data }: StateTensor): StateTensor {
  if (shape.length !== 4) return { shape, data };
  const [height, width, channels, out] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  let to = 0;
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < channels; i++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        result[to++] = data[(pixel * channels + i) * out + o]!;
      }
    }
  }
  return { shape: torchShape(shape), data: result };
}
