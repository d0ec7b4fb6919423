// PyTorch's CrossEntropyLoss: the mean over the batch of -log softmax(logits)[label].

import * as tf from '@tensorflow/tfjs-core';

/**
 * The mean cross-entropy of `logits` [n, classes], and its gradient by them. `labels` holds n class indices. With
 * `classWeights`, it is PyTorch's `CrossEntropyLoss(weight=...)`: each row is weighted by its label, and the sum
 * divided by the sum of the weights. Source: nll_loss_out_frame in ATen/native/LossNLL.cpp.
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: Int32Array,
  classWeights?: Float32Array | undefined,
): { loss: tf.Scalar; gradient: tf.Tensor2D } {
  const weights = classWeights && Float32Array.from(labels, (label) => classWeights[label]!);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : labels.length;
  return tf.tidy(() => {
    const weighted = (rows: tf.Tensor2D): tf.Tensor2D =>
      weights ? tf.mul(rows, tf.tensor2d(weights, [labels.length, 1])) : rows;
    const logSoftmax = tf.logSoftmax(logits);
    const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), logits.shape[1]) as tf.Tensor2D;
    return {
      loss: tf.div(tf.neg(tf.sum(weighted(tf.mul(logSoftmax, oneHot)))), total),
      gradient: tf.mul(weighted(tf.sub(tf.exp(logSoftmax), oneHot)), tf.div(1, total)),
    };
  });
}

/** The number of rows whose most probable class, in `predicted`, is their label. */
export const countCorrect = (predicted: ArrayLike<number>, labels: Int32Array): number =>
  labels.reduce((correct, label, row) => correct + (label === predicted[row] ? 1 : 0), 0);
