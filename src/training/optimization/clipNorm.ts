// Gradient clipping.

import * as tf from '@tensorflow/tfjs-core';
import type { ParameterGradients } from '../../model/network.js';

/**
 * As `torch.nn.utils.clip_grad_norm_`: scales all gradients so that their norm, as one vector, is at most `maxNorm`.
 * Disposes of the unscaled ones. Source: Pascanu et al., "On the difficulty of training recurrent neural networks"
 * (2013); torch/nn/utils/clip_grad.py.
 */
export function clipNorm(gradients: ParameterGradients, maxNorm: number): ParameterGradients {
  const clipped = tf.tidy(() => {
    const all = [...gradients.values()];
    const total = tf.sqrt(tf.addN(all.map((gradient) => tf.sum(tf.square(gradient)))));
    const scale = tf.minimum(tf.div(maxNorm, tf.add(total, 1e-6)), 1);
    return all.map((gradient) => tf.mul(gradient, scale));
  });
  tf.dispose([...gradients.values()]);
  return new Map([...gradients.keys()].map((name, index) => [name, clipped[index]!]));
}
