// One step of training: forward, loss, gradients, update.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../../core/spans.js';
import type { DropoutMask, Network } from '../../model/network.js';
import { countCorrect, crossEntropy } from './crossEntropy.js';
import type { Optimizer } from './optimizer.js';

/**
 * Receives the gradients of a step by parameter name and returns those to apply. Runs inside tf.tidy; disposes of
 * gradients that it replaces.
 */
export type GradientHook = (gradients: ReadonlyMap<string, tf.Tensor>) => ReadonlyMap<string, tf.Tensor>;

export interface StepResult {
  /** The mean cross-entropy of the batch before the update, weighted by class where weights are given. */
  readonly loss: number;
  /** Images of the batch that were classified right, with dropout. */
  readonly correct: number;
}

interface StepOptions {
  network: Network;
  optimizer: Optimizer;
  learningRate: number;
  inputs: tf.Tensor;
  labels: Int32Array;
  layer: number;
  first: number;
  dropout: DropoutMask;
  onGradients?: GradientHook | undefined;
  /** The weight of each class in the loss. Default: all 1. */
  classWeights?: Float32Array | undefined;
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
  const { network, optimizer, learningRate, inputs, labels, layer, first, dropout, onGradients } = options;
  const names = network.parametersFrom(first);
  const frozen = network.forward(inputs, { from: layer, to: first, dropout });
  const values = names.map((name) => network.parameters.get(name)!.read());

  let correct = 0;
  const forward = (...tensors: tf.Tensor[]) => {
    const parameters = new Map(names.map((name, i) => [name, tensors[i]!]));
    const logits = network.forward(frozen, { from: first, parameters, dropout }) as tf.Tensor2D;
    correct = countCorrect(logits, labels);
    return crossEntropy(logits, labels, options.classWeights);
  };
  const { value, grads } = span('forward and backward', 'computing', () =>
    tf.valueAndGrads((...tensors) => span('forward', 'computing', () => forward(...tensors)))(values),
  );

  // First the parameters' values: an update in place copies a buffer that a tensor still shares.
  tf.dispose([frozen, ...values]);
  const byName: ReadonlyMap<string, tf.Tensor> = new Map(names.map((name, i) => [name, grads[i]!]));
  const gradients = onGradients ? onGradients(byName) : byName;
  span('optimizer', 'computing', () => optimizer.step(gradients, learningRate));
  const loss = value.dataSync<'float32'>()[0]!;
  tf.dispose([value, ...gradients.values()]);
  return { loss, correct };
}
