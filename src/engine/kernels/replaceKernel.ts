import * as tf from '@tensorflow/tfjs-core';

/** Registers a kernel with tfjs in place of the one that the backend may have brought. */
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

/**
 * As replaceKernel, for some of the kernel's uses: where `run` gives undefined, the backend's own does the work. The backend
 * has to be tfjs' current one when it runs.
 */
export function specializeKernel<Inputs extends tf.NamedTensorInfoMap, Attributes extends object>(
  backendName: string,
  kernelName: string,
  run: (inputs: Inputs, attributes: Attributes) => tf.TensorInfo | undefined,
): void {
  const own = tf.getKernel(kernelName, backendName).kernelFunc;
  replaceKernel<Inputs, Attributes>(
    backendName,
    kernelName,
    (inputs, attributes) =>
      run(inputs, attributes) ??
      (own({ inputs, attrs: { ...attributes } as tf.NamedAttrMap, backend: tf.backend() }) as tf.TensorInfo),
  );
}

/** What a product of two matrices takes. */
export type ProductInputs = { a: tf.Tensor; b: tf.Tensor };
