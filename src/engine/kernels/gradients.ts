// Gradients of the network's ops, registered with tfjs. tfjs' own are only in its union package, seven times the size,
// and some are slow (docs/engine.md).
//
// They run kernels, which each engine provides. `ReluGrad` and `BiasAddGrad` do not exist in tfjs: every engine
// registers them (tensorflow.ts, wasm.ts).

import * as tf from '@tensorflow/tfjs-core';

const run = (kernel: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

const gradients: tf.GradConfig[] = [
  {
    kernelName: tf.Conv2D,
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attributes) => {
      const { strides, pad } = attributes as unknown as tf.Conv2DAttrs;
      const shared = { strides, pad, dataFormat: 'NHWC' };
      return {
        x: () =>
          run(
            tf.Conv2DBackpropInput,
            { dy: dy as tf.Tensor, filter: filter! },
            { ...shared, inputShape: x!.shape },
          ),
        filter: () =>
          run(
            tf.Conv2DBackpropFilter,
            { x: x!, dy: dy as tf.Tensor },
            { ...shared, filterShape: filter!.shape },
          ),
      };
    },
  },
  {
    // A bias is broadcast along the last axis, so its gradient is the sum over all other axes.
    kernelName: tf.Add,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const sumTo = (target: tf.Tensor) => () =>
        target.rank === 1 && (dy as tf.Tensor).rank > 1
          ? run('BiasAddGrad', { dy: dy as tf.Tensor })
          : tf.clone(dy as tf.Tensor);
      return { a: sumTo(a!), b: sumTo(b!) };
    },
  },
  {
    // From the output, which is positive exactly where the input is, and is retained in any case.
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => run('ReluGrad', { dy: dy as tf.Tensor, y: y! }) }),
  },
  {
    kernelName: tf.MaxPool,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => ({
      x: () => run(tf.MaxPoolGrad, { dy: dy as tf.Tensor, input: x!, output: y! }, attributes),
    }),
  },
  {
    // A Linear layer: x W^T.
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attributes) => {
      const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs;
      if (transposeA || !transposeB) throw new Error('Only the gradient of a product a b^T is implemented.');
      return {
        a: () => tf.matMul(dy as tf.Tensor, b!),
        b: () => tf.matMul(dy as tf.Tensor, a!, true, false),
      };
    },
  },
  {
    kernelName: tf.Multiply,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => tf.mul(dy as tf.Tensor, b!),
      b: () => tf.mul(dy as tf.Tensor, a!),
    }),
  },
  {
    kernelName: tf.Transpose,
    gradFunc: (dy, _, attributes) => {
      const { perm } = attributes as unknown as tf.TransposeAttrs;
      const inverse = perm.map((_axis, axis) => perm.indexOf(axis));
      return { x: () => tf.transpose(dy as tf.Tensor, inverse) };
    },
  },
  {
    kernelName: tf.Reshape,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.reshape(dy as tf.Tensor, x!.shape) }),
  },
];

/** Replaces tfjs' own gradients if another package registered them. */
export function registerGradients(): void {
  for (const gradient of gradients) tf.registerGradient(gradient);
}
