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
