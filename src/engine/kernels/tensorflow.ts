// Kernels that tfjs-node lacks, or that are faster than its own. Measurements: docs/engine.md.

import * as tf from '@tensorflow/tfjs-core';
import type { NodeBackend, OpAttribute } from '../tfjsNode.js';
import { type ProductInputs, replaceKernel, specializeKernel } from './replaceKernel.js';

/** Helpers that build op attributes. */
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
 * oneDNN's max pooling gradient. TensorFlow's graph rewriter substitutes it for MaxPoolGrad; eager code must use its
 * private name. It reads a workspace that the forward pass writes, so that pass is repeated; it is still ten times
 * faster than MaxPoolGrad.
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

/** Numbers of rows of x for which oneDNN computes (W x^T)^T 6% to 23% faster than x W^T (docs/engine.md). */
const fasterRows = { min: 16, max: 64 };

function transposedProduct(
  { a, b }: ProductInputs,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
): tf.Tensor | undefined {
  const rows = a.shape[0]!;
  if (a.rank !== 2 || transposeA || !transposeB || rows < fasterRows.min || rows > fasterRows.max)
    return undefined;
  return tf.tidy(() => tf.transpose(tf.matMul(b, tf.transpose(a))));
}

/** Whether this build of TensorFlow has oneDNN's kernels, tested by running one. */
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

/** Registers the kernels for tfjs-node's backend, which must be tfjs' current one. */
export function registerTensorFlowKernels(backend: NodeBackend): void {
  const { float, string } = attributes(backend);
  replaceKernel<{ dy: tf.Tensor; y: tf.Tensor }>('tensorflow', 'ReluGrad', ({ dy, y }) =>
    backend.executeSingleOutput('ReluGrad', [float()], [dy, y]),
  );
  replaceKernel<{ x: tf.Tensor; bias: tf.Tensor }>('tensorflow', 'BiasAdd', ({ x, bias }) =>
    backend.executeSingleOutput('BiasAdd', [float(), string('data_format', 'NHWC')], [x, bias]),
  );
  replaceKernel<{ dy: tf.Tensor }>('tensorflow', 'BiasAddGrad', ({ dy }) =>
    backend.executeSingleOutput('BiasAddGrad', [float(), string('data_format', 'NHWC')], [dy]),
  );
  if (hasOneDnn(backend)) {
    specializeKernel('tensorflow', tf.BatchMatMul, transposedProduct);
    replaceKernel<PoolGradInputs, tf.MaxPoolGradAttrs>('tensorflow', tf.MaxPoolGrad, (inputs, attrs) =>
      oneDnnMaxPoolGrad(backend, inputs, attrs),
    );
  }
}
