// What the rest of alexft knows of an engine: tfjs' ops run on it (it is tfjs' current backend while it is open),
// and beyond tfjs' ops it keeps parameters, updates them in place, and draws random numbers.

import type { Tensor } from '@tensorflow/tfjs-core';
import type { Gpu } from './gpu/describe.js';

/** Values that live in the engine and change in place: a network's parameter or an optimizer's moment. */
export interface Parameter {
  readonly shape: readonly number[];
  /** The present value as a tensor, which the caller disposes of: before the next update, or that has to copy. */
  read(): Tensor;
  /** Copies the present value out. */
  values(): Float32Array;
  assign(values: Float32Array): void;
  dispose(): void;
}

export interface Engine {
  /** The device that really computes. */
  readonly device: 'cpu' | `cuda:${number}` | 'wasm';
  /** For people: "TensorFlow 2.21.0 on the CPU". */
  readonly description: string;
  /** What the GPU is, where there is one and TensorFlow says so. */
  readonly gpu?: Gpu;
  /**
   * Whether images are best decoded while the engine computes. So it is beside a GPU; an engine that keeps the CPU's
   * cores busy and the threads that decode would only get in each other's way.
   */
  readonly decodeAhead: boolean;

  /** A parameter of `shape`, holding `values`, or zeros. */
  parameter(shape: readonly number[], values?: Float32Array): Parameter;

  /** Uniform draws from [0, 1) that depend on nothing but `seed` (two int32) and the shape. */
  uniform(shape: number[], seed: readonly [number, number]): Tensor;

  /** `parameter -= learningRate * gradient`. */
  applyGradientDescent(parameter: Parameter, gradient: Tensor, learningRate: number): void;

  /** `buffer = momentum * buffer + gradient; parameter -= learningRate * buffer`: PyTorch's SGD. */
  applyMomentum(
    parameter: Parameter,
    buffer: Parameter,
    gradient: Tensor,
    rates: { learningRate: number; momentum: number },
  ): void;

  /**
   * `m = beta1 m + (1 - beta1) gradient; v = beta2 v + (1 - beta2) gradient^2;
   * parameter -= learningRate * m / (sqrt(v) + epsilon)`. Bias corrections are the caller's, in the rates.
   */
  applyAdam(
    parameter: Parameter,
    moments: { m: Parameter; v: Parameter },
    gradient: Tensor,
    rates: { learningRate: number; beta1: number; beta2: number; epsilon: number },
  ): void;

  /** Tensors and parameters alive in the engine, to find what leaks. */
  handles(): number;
}
