// Replaces kernels that a backend has registered with tfjs.

import * as tf from '@tensorflow/tfjs-core';

/** Registers a kernel, replacing the backend's own if there is one. */
export function replaceKernel<Inputs, Attributes = object>(
  backendName: string,
  kernelName: string,
  run: (inputs: Inputs, attributes: Attributes) => tf.TensorInfo,
): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) => run(inputs as Inputs, (attrs ?? {}) as Attributes),
  });
}

/** The backends' own kernels that were specialized, by backend and kernel name. */
const originals = new Map<string, tf.KernelFunc>();

/**
 * Like replaceKernel, but runs the backend's own kernel where `run` returns undefined. Specializing a kernel again, as
 * when an engine is opened again, replaces the previous `run`. The backend must be tfjs' current one when the kernel
 * runs.
 */
export function specializeKernel<Inputs extends tf.NamedTensorInfoMap, Attributes extends object>(
  backendName: string,
  kernelName: string,
  run: (inputs: Inputs, attributes: Attributes) => tf.TensorInfo | undefined,
): void {
  const key = `${backendName}/${kernelName}`;
  const original = originals.get(key) ?? tf.getKernel(kernelName, backendName).kernelFunc;
  originals.set(key, original);
  replaceKernel<Inputs, Attributes>(
    backendName,
    kernelName,
    (inputs, attributes) =>
      run(inputs, attributes) ??
      (original({
        inputs,
        attrs: { ...attributes } as tf.NamedAttrMap,
        backend: tf.backend(),
      }) as tf.TensorInfo),
  );
}

/** The inputs of the kernel BatchMatMul. */
export type ProductInputs = { a: tf.Tensor; b: tf.Tensor };
