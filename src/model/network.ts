// A network in an engine: layers, parameters and the forward pass.

import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Parameter } from '../engine/engine.js';
import { type Layer, parameterShapes } from './layers.js';
import { copiedOut, copiedTensor, fromTorch, nativeShape } from './layout.js';
import { type Gradients, type Operands, operationOf, type Saved } from './operations.js';
import type { StateDict } from './stateDict.js';

/**
 * The mask for the Dropout layer at index `layer`, with the shape of its input: 0 for dropped values, 1 / (1 - p) for
 * the others.
 */
export type DropoutMask = (layer: number, shape: number[], p: number) => tf.Tensor;

/** Gradients by parameter name, in the engine's layout. */
export type ParameterGradients = ReadonlyMap<string, tf.Tensor>;

/** Options of a forward pass. */
export interface Pass {
  /** The index of the first layer to run; `input` is the input of this layer. Default: 0. */
  from?: number;
  /** The index of the layer to stop before. Default: the number of layers. */
  to?: number;
  /** Creates the masks of Dropout layers. Without it, as in evaluation, there is no dropout. */
  dropout?: DropoutMask | undefined;
}

/** The parameters at one moment. */
export interface Snapshot {
  state(): StateDict;
  dispose(): void;
}

export class Network {
  /** With PyTorch's names and order. */
  readonly parameters: ReadonlyMap<string, Parameter>;

  /**
   * The engine stores the weights of convolutions as HWIO, like TensorFlow; all others are in PyTorch's layout.
   * `shared`: parameters that have an owner, which disposes of them.
   */
  constructor(
    readonly layers: readonly Layer[],
    engine: Engine,
    state?: StateDict,
    shared?: ReadonlyMap<string, Parameter>,
  ) {
    const parameters = new Map<string, Parameter>();
    for (const [name, shape] of layers.flatMap(parameterShapes)) {
      const value = state?.get(name);
      const own = () => engine.parameter(nativeShape(shape), value && fromTorch(value).data);
      parameters.set(name, shared?.get(name) ?? own());
    }
    this.parameters = parameters;
  }

  /** The names of the parameters in the layers from index `first` on. */
  parametersFrom(first: number): string[] {
    return this.layers.slice(first).flatMap((layer) => parameterShapes(layer).map(([name]) => name));
  }

  /**
   * The parameters with PyTorch's names and layout. Each access to `data` copies one out of the engine, so that writing
   * them one by one never holds all of them in memory.
   */
  state(): StateDict {
    return new Map(Array.from(this.parameters, ([name, parameter]) => [name, copiedOut(parameter)]));
  }

  /**
   * The current parameters, of which those from layer `first` on may be updated afterwards. It shares their memory
   * until then (the update copies). Dispose of it after use.
   */
  snapshot(first: number): Snapshot {
    const names = this.parametersFrom(first);
    const tensors = new Map<string, tf.Tensor>();
    tf.tidy(() => {
      const values = names.map((name) => this.parameters.get(name)!.read());
      values.forEach((value, index) => {
        tensors.set(names[index]!, tf.keep(value));
      });
    });
    return {
      state: () =>
        new Map([
          ...this.state(),
          ...Array.from(tensors, ([name, tensor]) => [name, copiedTensor(tensor)] as const),
        ]),
      dispose: () => tf.dispose([...tensors.values()]),
    };
  }

  /**
   * Runs the layers. Images are [n, 224, 224, 3], or [n, 228, 228, 3] where they come inside a border of zeros as
   * wide as the first convolution's padding (which spares the engine a copy); logits are [n, classes]. Each layer's
   * input is freed once it has run.
   */
  forward(input: tf.Tensor, { from = 0, to = this.layers.length, dropout }: Pass = {}): tf.Tensor {
    return tf.tidy(() => {
      let x = tf.clone(input);
      for (const index of this.order(from, to)) {
        const mask = this.mask(index, x, dropout);
        const y = this.run(index, x, mask);
        tf.dispose(mask ? [x, mask] : [x]);
        x = y;
      }
      return x;
    });
  }

  /**
   * The execution order: a max pooling runs before the preceding ReLU, which then has a quarter of the values. Outputs
   * and gradients are bit-identical: the maximum of a window stays the maximum, and if it is not positive, no gradient
   * passes.
   */
  order(from: number, to = this.layers.length): number[] {
    const order: number[] = [];
    for (let index = from; index < to; index++) {
      if (this.layers[index]!.type === 'MaxPool2d' && this.layers[order.at(-1)!]?.type === 'ReLU') {
        order.splice(-1, 0, index);
      } else order.push(index);
    }
    return order;
  }

  /** The mask of the layer at `index` for its input `x`; undefined without dropout. */
  mask(index: number, x: tf.Tensor, dropout: DropoutMask | undefined): tf.Tensor | undefined {
    const layer = this.layers[index]!;
    return layer.type === 'Dropout' ? dropout?.(index, x.shape, layer.p) : undefined;
  }

  /** The output of the layer at `index`. `mask`: of a Dropout layer in training. */
  run(index: number, x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const layer = this.layers[index]!;
    return tf.tidy(() => operationOf(layer).forward(x, layer, this.#operands(layer, mask)));
  }

  /** The gradients of the layer at `index` from `dy`, that of its output. Call it inside tf.tidy. */
  gradients(index: number, dy: tf.Tensor, saved: Saved, mask?: tf.Tensor): Gradients {
    const layer = this.layers[index]!;
    return operationOf(layer).backward(dy, saved, layer, this.#operands(layer, mask));
  }

  #operands({ name }: Layer, mask: tf.Tensor | undefined): Operands {
    return { mask, parameter: (kind) => this.parameters.get(`${name}.${kind}`)!.read() };
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
  }
}
