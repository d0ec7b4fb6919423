// Kernels of the TensorFlow backend that tfjs-node lacks or has in a slow form. Figures: docs/engine.md.

import * as tf from '@tensorflow/tfjs-core';
import type { NodeBackend, OpAttribute } from '../tfjsNode.js';
import { type ProductInputs, replaceKernel, specializeKernel } from './replaceKernel.js';

/** Short forms of an op's attributes. */
export function attributes({ binding }: NodeBackend) {
  return {
    float: (name = 'T'): OpAttribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }),
    type: (name: string, value: number): OpAttribute => ({ name, type: binding.TF_ATTR_TYPE, value }),
    string: (name: string, value: string): OpAttribute => ({ name, type: binding.TF_ATTR_STRING, value }),
    ints: (name: string, value: number[]): OpAttribute => ({ name, type: binding.TF_ATTR_INT, value }),
    bool: (name: string, value: boolean): OpAttribute => ({ name, type: binding.TF_ATTR_BOOL, value }),
    shape: (name: string, value: readonly number[]): OpAttribute => ({
      name,
      type: binding.TF_ATTR_SHAPE,
      value: [...value],
    }),
  };
}

function poolAttributes(backend: NodeBackend, { filterSize, strides, pad }: tf.MaxPoolGradAttrs) {
  const { float, ints, string } = attributes(backend);
  const square = (size: number | [number, number]) => (typeof size === 'number' ? [size, size] : size);
  return [
    float(),
    ints('ksize', [1, ...square(filterSize), 1]),
    ints('strides', [1, ...square(strides), 1]),
    string('padding', String(pad).toUpperCase()),
    string('data_format', 'NHWC'),
  ];
}

interface PoolGradInputs {
  dy: tf.Tensor;
  input: tf.Tensor;
  output: tf.Tensor;
}

/**
 * oneDNN's own max pooling, which TensorFlow's graph rewriter would put in place of MaxPool and which an eager
 * program reaches only by its private name. Its gradient reads a workspace that its forward pass writes; that pass
 * is run again for it, because even so this is ten times faster than the op MaxPoolGrad.
 */
function oneDnnMaxPoolGrad(
  backend: NodeBackend,
  inputs: PoolGradInputs,
  attrs: tf.MaxPoolGradAttrs,
): tf.Tensor {
  const { bool, ints, string } = attributes(backend);
  const oneDnn = [
    ...poolAttributes(backend, attrs),
    ints('explicit_paddings', []),
    bool('workspace_enabled', true),
    string('_kernel', 'MklNameChangeOp'),
  ];
  const { dy, input, output } = inputs;
  const [pooled, workspace] = backend.executeMultipleOutputs('_MklNativeMaxPool', oneDnn, [input], 2);
  const gradient = backend.executeSingleOutput('_MklNativeMaxPoolGrad', oneDnn, [
    input,
    output,
    dy,
    workspace!,
  ]);
  tf.dispose([pooled!, workspace!]);
  return gradient;
}

/**
 * Rows of x with which oneDNN computes x W^T sooner as (W x^T)^T, by 6 to 23 in a hundred (docs/engine.md): with fewer and
 * with more it does not, or takes as long.
 */
const sooner = { least: 16, most: 64 };

function turnedProduct(
  { a, b }: ProductInputs,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
): tf.Tensor | undefined {
  const rows = a.shape[0]!;
  if (a.rank !== 2 || transposeA || !transposeB || rows < sooner.least || rows > sooner.most)
    return undefined;
  return tf.tidy(() => tf.transpose(tf.matMul(b, tf.transpose(a))));
}

/** Whether this build of TensorFlow has oneDNN's kernels: found by running one. */
function hasOneDnn(backend: NodeBackend): boolean {
  if (backend.binding.isUsingGpuDevice()) return false;
  const dy = tf.ones([1, 1, 1, 1]);
  const input = tf.ones([1, 3, 3, 1]);
  try {
    const attrs: tf.MaxPoolGradAttrs = { filterSize: 3, strides: 2, pad: 'valid' };
    oneDnnMaxPoolGrad(backend, { dy, input, output: dy }, attrs).dispose();
    return true;
  } catch {
    return false;
  } finally {
    tf.dispose([dy, input]);
  }
}

/** Registers the kernels for tfjs-node's backend, which is tfjs' current one. */
export function registerTensorFlowKernels(backend: NodeBackend): void {
  const { float, string } = attributes(backend);
  replaceKernel<{ dy: tf.Tensor; y: tf.Tensor }>('tensorflow', 'ReluGrad', ({ dy, y }) =>
    backend.executeSingleOutput('ReluGrad', [float()], [dy, y]),
  );
  replaceKernel<{ dy: tf.Tensor }>('tensorflow', 'BiasAddGrad', ({ dy }) =>
    backend.executeSingleOutput('BiasAddGrad', [float(), string('data_format', 'NHWC')], [dy]),
  );
  if (hasOneDnn(backend)) {
    specializeKernel('tensorflow', tf.BatchMatMul, turnedProduct);
    replaceKernel<PoolGradInputs, tf.MaxPoolGradAttrs>('tensorflow', tf.MaxPoolGrad, (inputs, attrs) =>
      oneDnnMaxPoolGrad(backend, inputs, attrs),
    );
  }
}
