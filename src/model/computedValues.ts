import * as tf from '@tensorflow/tfjs-core';

/**
 * The values of the tensor that `compute` returns. All its tensors are freed. Values are read outside of `tf.tidy`,
 * which searches what it returns for tensors: 0.6 µs for each value of an array.
 */
export function computedValues(compute: () => tf.Tensor): Float32Array {
  const output = tf.tidy(compute);
  try {
    return output.dataSync<'float32'>();
  } finally {
    output.dispose();
  }
}
