// A network in an engine: layers, parameters and the forward pass.

import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Parameter } from '../engine/engine.js';
import { inputSize } from './alexnet.js';
import { type Layer, parameterShapes } from './layers.js';
import { copiedOut, copiedTensor, fromTorch, nativeShape } from './layout.js';
import type { StateDict } from './stateDict.js';

/**
 * The mask for the Dropout layer at index `layer`, with the shape of its input: 0 for dropped values, 1 / (1 - p) for
 * the others.
 */
export type DropoutMask = (layer: number, shape: number[], p: number) => tf.Tensor;

/** Options of a forward pass. */
export interface Pass {
  /** The index of the first layer to run; `input` is the input of this layer. Default: 0. */
  from?: number;
  /** The index of the layer to stop before. Default: the number of layers. */
  to?: number;
  /** Replaces parameters of the network, to compute gradients with respect to them. */
  parameters?: ReadonlyMap<string, tf.Tensor>;
  /** Creates the masks of Dropout layers. Without it, as in evaluation, there is no dropout. */
  dropout?: DropoutMask;
}

/** The parameters at one moment. */
export interface Snapshot {
  state(): StateDict;
  dispose(): void;
}

export class Network {
  /** With PyTorch's names and order. */
  readonly parameters: ReadonlyMap<string, Parameter>;

  /** The engine stores the weights of convolutions as HWIO, like TensorFlow; all others are in PyTorch's layout. */
  constructor(
    readonly layers: readonly Layer[],
    engine: Engine,
    state?: StateDict,
  ) {
    const parameters = new Map<string, Parameter>();
    for (const [name, shape] of layers.flatMap(parameterShapes)) {
      const value = state?.get(name);
      const parameter = value
        ? engine.parameter(nativeShape(shape), fromTorch(value).data)
        : engine.parameter(nativeShape(shape));
      parameters.set(name, parameter);
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
   * wide as the first convolution's padding (which spares the engine a copy); logits are [n, classes].
   */
  forward(input: tf.Tensor, pass: Pass = {}): tf.Tensor {
    const { from = 0, to = this.layers.length } = pass;
    return tf.tidy(() => {
      let x = input;
      for (const index of this.order(from, to)) x = this.runLayer(index, x, pass);
      // An empty pass also returns a new tensor.
      return x === input ? tf.clone(x) : x;
    });
  }

  /**
   * The execution order: a max pooling runs before the preceding ReLU, which then has a quarter of the values. Outputs
   * and gradients are bit-identical: the maximum of a window stays the maximum, and if it is not positive, no gradient
   * passes.
   */
  private order(from: number, to: number): number[] {
    const order: number[] = [];
    for (let index = from; index < to; index++) {
      if (this.layers[index]!.type === 'MaxPool2d' && this.layers[order.at(-1)!]?.type === 'ReLU') {
        order.splice(-1, 0, index);
      } else order.push(index);
    }
    return order;
  }

  private runLayer(index: number, x: tf.Tensor, pass: Pass): tf.Tensor {
    const layer = this.layers[index]!;
    const parameter = (kind: string) => {
      const name = `${layer.name}.${kind}`;
      return pass.parameters?.get(name) ?? this.parameters.get(name)!.read();
    };
    switch (layer.type) {
      case 'Conv2d':
        return tf.add(
          convolution(x as tf.Tensor4D, parameter('weight') as tf.Tensor4D, layer),
          parameter('bias'),
        );
      case 'Linear':
        return tf.add(tf.matMul(x, parameter('weight'), false, true), parameter('bias'));
      case 'ReLU':
        return tf.relu(x);
      case 'MaxPool2d':
        return tf.maxPool(x as tf.Tensor4D, layer.kernelSize, layer.stride, 'valid');
      case 'AdaptiveAvgPool2d':
        if (x.shape[1] !== layer.outputSize || x.shape[2] !== layer.outputSize) {
          throw new Error(
            `Expected ${layer.outputSize} x ${layer.outputSize} for ${layer.name} but received [${x.shape}]`,
          );
        }
        return x;
      case 'Flatten':
        // PyTorch flattens in the order channels, height, width, which is that of classifier.1's columns.
        return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0]!, -1]);
      case 'Dropout':
        return pass.dropout ? tf.mul(x, pass.dropout(index, x.shape, layer.p)) : x;
    }
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
  }
}

function convolution(x: tf.Tensor4D, weight: tf.Tensor4D, layer: Layer & { type: 'Conv2d' }): tf.Tensor {
  const { kernelSize, stride, padding } = layer;
  // The gradient of EXPLICIT padding doesn't use oneDNN in TensorFlow. With a stride of 1, SAME is equivalent.
  if (stride === 1 && padding === (kernelSize - 1) / 2) return tf.conv2d(x, weight, 1, 'same');
  const alreadyPadded = x.shape[1] === inputSize + 2 * padding;
  const padded = alreadyPadded ? x : zeroPad(x, padding);
  return tf.conv2d(padded, weight, stride, 'valid');
}

const zeroPad = (x: tf.Tensor4D, width: number): tf.Tensor4D =>
  tf.pad(x, [
    [0, 0],
    [width, width],
    [width, width],
    [0, 0],
  ]);
