// PyTorch's CrossEntropyLoss: the mean over the batch of -log softmax(logits)[label].

import * as tf from '@tensorflow/tfjs-core';

/**
 * The mean cross-entropy of `logits` [n, classes], differentiable. `labels` holds n class indices.
 *
 * The gradient is (softmax - one-hot) / n, written out: it is exact, and spares the engine ten small ops.
 */
export function crossEntropy(logits: tf.Tensor2D, labels: Int32Array): tf.Scalar {
  const count = labels.length;
  const loss = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const logSoftmax = tf.logSoftmax(input as tf.Tensor2D);
    const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), logits.shape[1]) as tf.Tensor2D;
    (save as tf.GradSaveFunc)([logSoftmax, oneHot]);
    return {
      value: tf.div(tf.neg(tf.sum(tf.mul(logSoftmax, oneHot))), count),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logSoftmax, oneHot] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(tf.sub(tf.exp(logSoftmax), oneHot), tf.div(dy, count));
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
