// PyTorch's CrossEntropyLoss: the mean over the batch of -log softmax(logits)[label].

import * as tf from '@tensorflow/tfjs-core';

/**
 * The mean cross-entropy of `logits` [n, classes], differentiable. `labels` holds n class indices. With
 * `classWeights`, it is PyTorch's `CrossEntropyLoss(weight=...)`: each row is weighted by its label, and the sum
 * divided by the sum of the weights. Source: nll_loss_out_frame in ATen/native/LossNLL.cpp.
 *
 * The gradient (softmax - one-hot) / n is written out: it is exact, and saves ten small ops.
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: Int32Array,
  classWeights?: Float32Array | undefined,
): tf.Scalar {
  const weights = classWeights && Float32Array.from(labels, (label) => classWeights[label]!);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : labels.length;
  const weighted = <T extends tf.Tensor>(rows: T): T =>
    weights ? tf.mul(rows, tf.tensor2d(weights, [labels.length, 1])) : rows;
  const loss = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const logSoftmax = tf.logSoftmax(input as tf.Tensor2D);
    const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), logits.shape[1]) as tf.Tensor2D;
    (save as tf.GradSaveFunc)([logSoftmax, oneHot]);
    return {
      value: tf.div(tf.neg(tf.sum(weighted(tf.mul(logSoftmax, oneHot)))), total),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logSoftmax, oneHot] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(weighted(tf.sub(tf.exp(logSoftmax), oneHot)), tf.div(dy, total));
      },
    };
  });
  return loss(logits) as tf.Scalar;
}

/** How many rows of `logits` [n, classes] have their largest value at their label. */
export function countCorrect(logits: tf.Tensor2D, labels: Int32Array): number {
  const predicted = tf.tidy(() => tf.argMax(logits, 1).dataSync<'int32'>());
  return predicted.reduce((correct, label, row) => correct + (label === labels[row] ? 1 : 0), 0);
}
