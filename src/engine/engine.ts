// The interface of an engine: tfjs' current backend, plus parameters with in-place optimizer updates and seeded random
// numbers.

import type { Tensor } from '@tensorflow/tfjs-core';
import type { Gpu } from './gpu/describe.js';
import type { Group } from './group/group.js';
import type { Precision } from './precision.js';

/** Values in the engine's memory that are updated in place: a network's parameter or an optimizer's state. */
export interface Parameter {
  readonly shape: readonly number[];
  /** The current value as a tensor. The caller disposes of it before the next update, which must copy otherwise. */
  read(): Tensor;
  /** A copy of the current value. */
  values(): Float32Array;
  assign(values: Float32Array): void;
  dispose(): void;
}

export interface Engine {
  /** The device that was opened. */
  readonly device: 'cpu' | `cuda:${number}` | 'wasm';
  /** Of convolutions and matrix products. */
  readonly precision: Precision;
  /** For display: "TensorFlow 2.21.0 on the CPU", with the precision where it is not float32. */
  readonly description: string;
  /** The GPU, if TensorFlow's log describes it. */
  readonly gpu?: Gpu;
  /**
   * Whether images should be decoded while the engine computes. False for an engine that uses all CPU cores itself: it
   * would compete with the decoding threads.
   */
  readonly decodeAhead: boolean;
  /** The processes that train together; absent for one process. */
  readonly group?: Group;

  /**
   * Inputs of a network's first layer, [n, size + 2 border, size + 2 border, 3], from the bytes [n, size, size, 3] of n
   * images: (byte / 255 - mean) / std inside a border of zeros. A GPU gets a quarter of the memory that float32 takes.
   * Absent where bytes can't be copied to the engine.
   */
  normalizedImages?(
    bytes: Uint8Array,
    format: { size: number; border: number; mean: readonly number[]; std: readonly number[] },
  ): Tensor;

  /** A parameter of `shape` with the given values, by default zeros. */
  parameter(shape: readonly number[], values?: Float32Array): Parameter;

  /** Uniform random numbers from [0, 1), determined by `seed` (two int32) and `shape`. */
  uniform(shape: number[], seed: readonly [number, number]): Tensor;

  /** `parameter -= learningRate * gradient`. */
  applyGradientDescent(parameter: Parameter, gradient: Tensor, learningRate: number): void;

  /** `buffer = momentum * buffer + gradient; parameter -= learningRate * buffer`, as in PyTorch's SGD. */
  applyMomentum(
    parameter: Parameter,
    buffer: Parameter,
    gradient: Tensor,
    rates: { learningRate: number; momentum: number },
  ): void;

  /**
   * `m = beta1 m + (1 - beta1) gradient; v = beta2 v + (1 - beta2) gradient^2;
   * parameter -= learningRate * m / (sqrt(v) + epsilon)`. The caller applies the bias corrections to the rates.
   */
  applyAdam(
    parameter: Parameter,
    moments: { m: Parameter; v: Parameter },
    gradient: Tensor,
    rates: { learningRate: number; beta1: number; beta2: number; epsilon: number },
  ): void;

  /** Loads the SavedModel in `folder` into the engine's TensorFlow; absent without one. Throws TensorFlow's error. */
  loadSavedModel?(folder: string): SavedModel;

  /** The number of live tensors and parameters, to detect leaks. */
  handles(): number;
}

/** A SavedModel in TensorFlow. The caller disposes of it. */
export interface SavedModel {
  /** The output `output` for a batch with the given shape and values. The names are those of nodes. */
  run(
    input: string,
    shape: readonly number[],
    values: Float32Array | Uint8Array,
    output: string,
  ): Float32Array;
  dispose(): void;
}
