// One step of training: forward, loss, gradients, update.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../../core/spans.js';
import { backpropagate, type ParameterGradients } from '../../model/backpropagate.js';
import type { DropoutMask, Network } from '../../model/network.js';
import { clipNorm } from './clipNorm.js';
import { countCorrect, crossEntropy, type LossOptions } from './crossEntropy.js';
import type { Optimizer } from './optimizer.js';

/** Receives the gradients of one layer, disposes of those that it replaces, and returns those to apply. */
export type GradientHook = (gradients: ParameterGradients) => ParameterGradients;

export interface StepResult {
  /** The mean cross-entropy of the batch before the update, weighted by class where weights are given. */
  readonly loss: number;
  /** Images of the batch that were classified right, with dropout. */
  readonly correct: number;
}

interface StepOptions extends LossOptions {
  network: Network;
  optimizer: Optimizer;
  learningRate: number;
  inputs: tf.Tensor;
  labels: Int32Array;
  layer: number;
  first: number;
  dropout: DropoutMask;
  onGradients?: GradientHook | undefined;
  /** The largest norm of all gradients of the step. */
  clipNorm?: number | undefined;
}

/**
 * Trains the layers from `first` on with one batch of inputs of layer `layer`. The layers between are frozen: they run
 * outside the gradient, with their dropout.
 */
export function trainStep(options: StepOptions): StepResult {
  // The scope also disposes of the tensors of a step that ran out of memory.
  let result: StepResult | undefined;
  span('step', 'computing', () =>
    tf.tidy(() => {
      result = step(options);
    }),
  );
  return result!;
}

function step(options: StepOptions): StepResult {
  const { network, optimizer, inputs, labels, layer, first, dropout, onGradients } = options;
  const frozen = network.forward(inputs, { from: layer, to: first, dropout });
  const update = optimizer.beginStep(options.learningRate);
  const apply = (gradients: ParameterGradients) => {
    span('optimizer', 'computing', () => update(gradients));
    tf.dispose([...gradients.values()]);
  };
  const whole = new Map<string, tf.Tensor>();
  let results: tf.Tensor[] = [];
  backpropagate(network, frozen, {
    from: first,
    dropout,
    outputGradient: (logits) => {
      const { loss, gradient } = crossEntropy(logits as tf.Tensor2D, labels, options);
      results = [loss, tf.argMax(logits, 1)];
      return gradient;
    },
    // A layer is updated as soon as its gradients are there, unless their norm is wanted with all others'.
    onGradients: (own) => {
      const gradients = onGradients ? onGradients(own) : own;
      if (options.clipNorm === undefined) apply(gradients);
      else for (const [name, gradient] of gradients) whole.set(name, gradient);
    },
  });
  if (options.clipNorm !== undefined) apply(clipNorm(whole, options.clipNorm));
  // Read at the end: a GPU is not waited for in the middle of a step.
  const [[loss], predicted] = results.map((tensor) => tensor.dataSync()) as [Float32Array, Int32Array];
  return { loss: loss!, correct: countCorrect(predicted, labels) };
}
