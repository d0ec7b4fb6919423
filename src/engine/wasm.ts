// The fallback engine: tfjs' WebAssembly backend, which npm brings whole and which runs wherever Node does. SIMD, one
// thread. Parameters are ordinary tensors, replaced at each update.

import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { deviceError, printable, reasonOf } from '../core/errors.js';
import { deriveSeed, MersenneTwister } from '../random/generator.js';
import type { Engine, Parameter } from './engine.js';
import { registerGradients } from './gradients.js';
import { registerWasmKernels } from './kernels/wasm.js';
import { guardWasmHeap } from './wasmHeap.js';

let engine: Engine | undefined;

/** Loads tfjs' backend, which registers itself, and returns its version. Throws a device error (exit 4). */
export function loadWasmBackend(): string {
  try {
    // With require, as tfjs' packages are CommonJS to Node: so that both see the same tfjs-core.
    const module = createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm') as {
      version_wasm: string;
    };
    return module.version_wasm;
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('\n');
    throw deviceError(
      `The WebAssembly engine can't be loaded: ${printable(reason)}`,
      'Install alexft again.',
      error,
    );
  }
}

/** Opens the engine and makes it tfjs' current backend. A second call gives the same engine. */
export async function openWasm(): Promise<Engine> {
  const version = loadWasmBackend();
  // setBackend answers false, and leaves another backend in place, where this one does not start.
  if (!(await tf.setBackend('wasm'))) {
    throw deviceError(
      'The WebAssembly engine does not start here.',
      'See that node runs without --jitless or a policy that forbids WebAssembly, and install alexft again.',
    );
  }
  engine ??= createWasm(version);
  return engine;
}

function createWasm(version: string): Engine {
  guardWasmHeap();
  registerGradients();
  registerWasmKernels();
  return {
    device: 'wasm',
    description: `WebAssembly (tfjs ${version}), one thread`,
    // Other threads decode on the cores that it leaves idle.
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
    // Shares the values; tf.clone would copy them.
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
