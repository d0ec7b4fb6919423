// PyTorch's CrossEntropyLoss: the mean over the batch of -log softmax(logits)[label].

import * as tf from '@tensorflow/tfjs-core';
import { labelsBefore } from './mixup.js';

export interface LossOptions {
  /** The weight of each class. Default: all 1. */
  readonly classWeights?: Float32Array | undefined;
  /** The share of each target that is spread over all classes. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** Of mixed images, the share of the own label; the rest has the label before (mixup.ts). */
  readonly mix?: number | undefined;
}

/**
 * The mean cross-entropy of `logits` [n, classes], and its gradient by them. `labels` holds n class indices. As
 * PyTorch's `CrossEntropyLoss(weight=..., label_smoothing=...)`: the sum over the rows, divided by the sum of their
 * labels' weights, or for mixed images, as for any targets that are probabilities, by their number.
 * Source: cross_entropy_loss_label_smoothing and cross_entropy_loss_prob_target in ATen/native/LossNLL.cpp.
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: Int32Array,
  options: LossOptions = {},
): { loss: tf.Scalar; gradient: tf.Tensor2D } {
  const classes = logits.shape[1];
  const { targets, total } =
    options.mix === undefined
      ? targetsOf(labels, classes, options)
      : mixedTargets(labels, classes, { ...options, mix: options.mix });
  return tf.tidy(() => {
    const target = tf.tensor2d(targets, [labels.length, classes]);
    const logSoftmax = tf.logSoftmax(logits);
    const share: tf.Tensor2D = tf.mul(tf.exp(logSoftmax), tf.sum(target, 1, true));
    return {
      loss: tf.div(tf.neg(tf.sum(tf.mul(logSoftmax, target))), total),
      gradient: tf.mul(tf.sub(share, target), tf.div(1, total)),
    };
  });
}

/** The weight of each class in each row's loss, [n, classes], and the sum of the labels' weights. */
function targetsOf(
  labels: Int32Array,
  classes: number,
  { classWeights, labelSmoothing = 0 }: LossOptions,
): { targets: Float32Array; total: number } {
  const weightOf = (label: number) => classWeights?.[label] ?? 1;
  const targets = new Float32Array(labels.length * classes);
  let total = 0;
  for (const [row, label] of labels.entries()) {
    total += weightOf(label);
    if (labelSmoothing > 0) {
      for (let i = 0; i < classes; i++) targets[row * classes + i] = (labelSmoothing / classes) * weightOf(i);
    }
    targets[row * classes + label]! += (1 - labelSmoothing) * weightOf(label);
  }
  return { targets, total };
}

function mixedTargets(
  labels: Int32Array,
  classes: number,
  { classWeights, labelSmoothing = 0, mix }: LossOptions & { mix: number },
): { targets: Float32Array; total: number } {
  const others = labelsBefore(labels);
  const targets = new Float32Array(labels.length * classes).fill(labelSmoothing / classes);
  for (const [row, label] of labels.entries()) {
    targets[row * classes + label]! += (1 - labelSmoothing) * mix;
    targets[row * classes + others[row]!]! += (1 - labelSmoothing) * (1 - mix);
  }
  const weighted = targets.map((target, index) => target * (classWeights?.[index % classes] ?? 1));
  return { targets: weighted, total: labels.length };
}

/** The number of rows whose most probable class, in `predicted`, is their label. */
export const countCorrect = (predicted: ArrayLike<number>, labels: Int32Array): number =>
  labels.reduce((correct, label, row) => correct + (label === predicted[row] ? 1 : 0), 0);
