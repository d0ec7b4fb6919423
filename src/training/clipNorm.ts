// Gradients that are kept from growing without bound.

import * as tf from '@tensorflow/tfjs-core';

/**
 * As `torch.nn.utils.clip_grad_norm_`: scales all gradients so that their norm, as one vector, is at most `maxNorm`. The
 * gradients given are disposed of; new ones are returned.
 * Source: Pascanu et al., "On the difficulty of training recurrent neural networks" (2013); torch/nn/utils/clip_grad.py.
 */
export function clipNorm(gradients: readonly tf.Tensor[], maxNorm: number): tf.Tensor[] {
  const clipped = tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    const total = tf.sqrt(tf.addN(squares));
    const scale = tf.minimum(tf.div(maxNorm, tf.add(total, 1e-6)), 1);
    return gradients.map((gradient) => tf.mul(gradient, scale));
  });
  tf.dispose([...gradients]);
  return clipped;
}
