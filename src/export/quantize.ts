// Weights in fewer bits, as TensorFlow.js stores them: float16, or bytes with a scale and a minimum for each tensor.
// Source: decodeWeights of tfjs-core/src/io/io_utils.ts.

import type { StateDict } from '../model/stateDict.js';
import { fromHalf, toHalf } from '../weights/formats/float16.js';
import type { Constant } from './writers/operations.js';

/** The values of `--quantize`. */
export const quantizations = ['float16', 'int8'] as const;
export type Quantization = (typeof quantizations)[number];

export interface Quantized {
  /** Little-endian. */
  readonly bytes: Uint8Array;
  /** The entry of a weights manifest. */
  readonly quantization:
    | { readonly dtype: 'float16'; readonly original_dtype: 'float32' }
    | {
        readonly dtype: 'uint8';
        readonly original_dtype: 'float32';
        readonly scale: number;
        readonly min: number;
      };
}

/**
 * The type in which a constant is stored; undefined for its own. Biases stay as they are, and convolutions are at least
 * float16: they have a twentieth of the parameters, and some values far from the others, which spread int8's levels.
 */
export function storedType(
  { type, shape }: Pick<Constant, 'type' | 'shape'>,
  quantization: Quantization | undefined,
): Quantization | undefined {
  if (quantization === undefined || type !== 'float32' || shape.length < 2) return undefined;
  return shape.length === 4 ? 'float16' : quantization;
}

/** Each value becomes the nearest of its type. int8: 256 levels from the smallest value to the largest. */
export function quantize(values: Float32Array, type: Quantization): Quantized {
  if (type === 'float16') {
    const halves = new Uint16Array(values.length);
    for (let i = 0; i < values.length; i++) halves[i] = toHalf(values[i]!);
    const quantization = { dtype: 'float16', original_dtype: 'float32' } as const;
    return { bytes: new Uint8Array(halves.buffer), quantization };
  }
  let [min, max] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = (max - min) / 255 || 1;
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) levels[i] = Math.round((values[i]! - min) / scale);
  return { bytes: levels, quantization: { dtype: 'uint8', original_dtype: 'float32', scale, min } };
}

/** The parameters as an export with `quantization` has them. */
export function quantizedState(tensors: StateDict, quantization: Quantization): StateDict {
  const state: StateDict = new Map();
  for (const [name, tensor] of tensors) {
    const type = storedType({ type: 'float32', shape: tensor.shape }, quantization);
    state.set(name, type ? { shape: tensor.shape, data: dequantized(quantize(tensor.data, type)) } : tensor);
  }
  return state;
}

function dequantized({ bytes, quantization }: Quantized): Float32Array {
  if (quantization.dtype === 'float16') return decoded(new Uint16Array(bytes.buffer), fromHalf);
  const { scale, min } = quantization;
  return decoded(bytes, (level) => level * scale + min);
}

/** Faster than Float32Array.from, which iterates. */
function decoded(stored: Uint8Array | Uint16Array, decode: (bits: number) => number): Float32Array {
  const values = new Float32Array(stored.length);
  for (let i = 0; i < stored.length; i++) values[i] = decode(stored[i]!);
  return values;
}
