// A network in an engine: its layers, its parameters, and the pass through them.

import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Parameter } from '../engine/engine.js';
import { inputSize, type Layer, parameterShapes } from './alexnet.js';
import { copiedOut, copiedTensor, fromTorch, nativeShape } from './layout.js';
import type { StateDict } from './stateDict.js';

/**
 * The mask for the Dropout layer of index `layer`, with the shape of its input: 1 / (1 - p) for what is kept, 0 for what
 * is dropped.
 */
export type DropoutMask = (layer: number, shape: number[], p: number) => tf.Tensor;

/** How a pass through the network is to run. */
export interface Pass {
  /** The first layer, by index; the input is what that layer takes. Default: the first of all. */
  from?: number;
  /** The layer to stop before. Default: none, the output is the network's. */
  to?: number;
  /** Values in place of the network's own parameters: those that a gradient is taken of. */
  parameters?: ReadonlyMap<string, tf.Tensor>;
  /** What each Dropout layer multiplies its input by. Absent in evaluation: no dropout. */
  dropout?: DropoutMask;
}

/** The parameters at one moment. */
export interface Snapshot {
  state(): StateDict;
  dispose(): void;
}

export class Network {
  /** By PyTorch's names, in PyTorch's order. */
  readonly parameters: ReadonlyMap<string, Parameter>;

  /** The engine keeps convolutions' weights HWIO, as TensorFlow wants them; all else is in PyTorch's layout. */
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

  /** The names of the parameters of the layers from `first` on. */
  parametersFrom(first: number): string[] {
    return this.layers.slice(first).flatMap((layer) => parameterShapes(layer).map(([name]) => name));
  }

  /**
   * The parameters by PyTorch's names and in its layout. Each is copied out of the engine when its data is asked for: so
   * that whoever writes them one by one never has all of them in memory.
   */
  state(): StateDict {
    return new Map(Array.from(this.parameters, ([name, parameter]) => [name, copiedOut(parameter)]));
  }

  /**
   * The current parameters, of which those from layer `first` on may be updated afterwards. It shares their memory until
   * then (the update copies). Dispose of it after use.
   */
  snapshot(first: number): Snapshot {
    const tensors = new Map(
      this.parametersFrom(first).map((name) => [name, tf.keep(this.parameters.get(name)!.read())]),
    );
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
      // A pass through no layer at all still returns a tensor of its own.
      return x === input ? tf.clone(x) : x;
    });
  }

  /**
   * The layers in the order in which they run: max pooling before the ReLU that it follows. That gives the same bits, in
   * the gradient too (a window's largest value stays the largest, and where it is not positive no gradient passes), and
   * leaves the ReLU a quarter of the values.
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
            `${layer.name} is the identity on ${layer.outputSize} squared, but got ${x.shape}.`,
          );
        }
        return x;
      case 'Flatten':
        // PyTorch flattens channels first, and classifier.1 has its columns in that order.
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
  // TensorFlow's EXPLICIT padding misses oneDNN in the gradient. With a stride of 1, SAME is the same thing.
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
