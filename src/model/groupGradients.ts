// The gradients of parameters where several ranks have the rows of a batch.

import * as tf from '@tensorflow/tfjs-core';
import type { Group } from '../engine/group/group.js';
import type { Layer } from './layers.js';
import type { Network, ParameterGradients } from './network.js';
import type { Gradients, Saved } from './operations.js';

/**
 * Whether the ranks exchange the factors of the weight's gradient, rather than add up the gradient itself: whichever
 * is less traffic. Only a Linear layer has small factors, x and dy of `weight = dy^T x`. The sums are those of one
 * process then, in the same order. Source: Krizhevsky, "One weird trick for parallelizing convolutional neural
 * networks" (2014).
 */
export function isGatheredIn({ worldSize }: Group, layer: Layer, dy: tf.Tensor): boolean {
  if (layer.type !== 'Linear') return false;
  const { inFeatures, outFeatures } = layer;
  const rows = worldSize * dy.shape[0]!;
  return rows * (inFeatures + outFeatures) <= 2 * inFeatures * outFeatures; // an all-reduce goes round twice
}

/** The gradients of a layer's parameters, from the factors of all ranks. Call it inside tf.tidy. */
export function gatheredGradients(
  group: Group,
  network: Network,
  { index, saved }: { readonly index: number; readonly saved: Saved },
  dy: tf.Tensor,
): Pick<Gradients, 'weight' | 'bias'> {
  const input = group.allGather(saved.input);
  return network.gradients(index, group.allGather(dy), { ...saved, input });
}

/** The sums of the gradients over all ranks, in one operation. Disposes of the ranks' own. */
export function sumGradients(group: Group, gradients: ParameterGradients): ParameterGradients {
  const own = [...gradients.values()];
  const sums = tf.tidy(() => {
    const all = group.allReduce(tf.concat(own.map((gradient) => tf.reshape(gradient, [-1]))));
    const sizes = own.map(({ size }) => size);
    return tf.split(all, sizes).map((sum, index) => tf.reshape(sum, own[index]!.shape));
  });
  tf.dispose(own);
  return new Map([...gradients.keys()].map((name, index) => [name, sums[index]!]));
}
