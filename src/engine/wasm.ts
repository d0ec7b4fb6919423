// The fallback engine: tfjs' WebAssembly backend, which needs no set-up and runs wherever Node does. SIMD, one thread.
// Parameters are ordinary tensors that each update replaces.

import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { deviceError, printable, reasonOf } from '../core/errors.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { MersenneTwister } from '../random/generator.js';
import type { Engine, Parameter } from './engine.js';
import { registerWasmKernels } from './kernels/wasm.js';
import { guardWasmHeap } from './wasmHeap.js';

let engine: Engine | undefined;

/** Loads tfjs' backend, which registers itself, and returns its version. Throws a device error (exit code 4). */
export function loadWasmBackend(): string {
  try {
    // With require, because the backend's CommonJS build then shares our instance of tfjs-core.
    const module = createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm') as {
      version_wasm: string;
    };
    return module.version_wasm;
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('\n');
    throw deviceError(
      `The WebAssembly engine can't be loaded: ${printable(reason)}`,
      'Reinstall alexft.',
      error,
    );
  }
}

/** The file that tfjs' backend loads in a browser, and the name under which it looks for it. */
export function simdBinary(): { name: string; path: string } {
  const name = 'tfjs-backend-wasm-simd.wasm';
  return { name, path: createRequire(import.meta.url).resolve(`@tensorflow/tfjs-backend-wasm/dist/${name}`) };
}

/** Opens the engine and makes it tfjs' current backend. Later calls return the same engine. */
export async function openWasm(): Promise<Engine> {
  const version = loadWasmBackend();
  // If the backend does not start, setBackend returns false and activates another one.
  if (!(await tf.setBackend('wasm'))) {
    throw deviceError(
      'The WebAssembly engine does not start.',
      'Make sure that node runs without --jitless or a policy that forbids WebAssembly, and reinstall alexft.',
    );
  }
  engine ??= createWasm(version);
  return engine;
}

function createWasm(version: string): Engine {
  guardWasmHeap();
  registerWasmKernels();
  return {
    device: 'wasm',
    precision: 'float32',
    description: `WebAssembly (tfjs ${version}), one thread`,
    // It uses one core: worker threads can decode on the others.
    decodeAhead: true,

    parameter: (shape, values) => {
      const parameter = new TensorParameter(shape);
      parameter.replace(values ? tf.tensor(values, [...shape]) : tf.fill([...shape], 0));
      return parameter;
    },

    uniform: (shape, seed) => {
      const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
      new MersenneTwister(deriveSeed(seed[0], seed[1])).uniform(values, 0, 1);
      return tf.tensor(values, shape);
    },

    applyGradientDescent: (parameter, gradient, learningRate) =>
      replace(parameter, (value) => tf.sub(value, tf.mul(gradient, learningRate))),

    applyMomentum: (parameter, buffer, gradient, { learningRate, momentum }) => {
      replace(buffer, (value) => tf.add(tf.mul(value, momentum), gradient));
      replace(parameter, (value) => tf.sub(value, tf.mul(buffer.read(), learningRate)));
    },

    applyAdam: (parameter, { m, v }, gradient, { learningRate, beta1, beta2, epsilon }) => {
      replace(m, (value) => tf.add(value, tf.mul(tf.sub(gradient, value), 1 - beta1)));
      replace(v, (value) => tf.add(value, tf.mul(tf.sub(tf.mul(gradient, gradient), value), 1 - beta2)));
      replace(parameter, (value) => {
        const direction = tf.div(m.read(), tf.add(tf.sqrt(v.read()), epsilon));
        return tf.sub(value, tf.mul(direction, learningRate));
      });
    },

    handles: () => tf.memory().numTensors,
  };
}

class TensorParameter implements Parameter {
  #tensor: tf.Tensor | undefined;

  constructor(readonly shape: readonly number[]) {}

  read(): tf.Tensor {
    // Shares the values, which tf.clone would copy.
    return tf.reshape(this.#tensor!, [...this.shape]);
  }

  values(): Float32Array {
    return this.#tensor!.dataSync<'float32'>().slice();
  }

  assign(values: Float32Array): void {
    this.replace(tf.tensor(values, [...this.shape]));
  }

  replace(tensor: tf.Tensor): void {
    this.#tensor?.dispose();
    this.#tensor = tf.keep(tensor);
  }

  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
  }
}

function replace(parameter: Parameter, update: (value: tf.Tensor) => tf.Tensor): void {
  (parameter as TensorParameter).replace(tf.tidy(() => tf.keep(update(parameter.read()))));
}
