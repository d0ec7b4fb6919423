// One step of training: forward, loss, gradients, update.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../core/spans.js';
import type { DropoutMask, Network } from '../model/network.js';
import { clipNorm } from './clipNorm.js';
import { countCorrect, crossEntropy } from './crossEntropy.js';
import type { Optimizer } from './optimizer.js';

export interface StepResult {
  /** The mean cross-entropy of the batch, before the update; weighted where classes are. */
  readonly loss: number;
  /** Images of the batch that the network, dropping out as it does in training, had right. */
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
  /** The largest norm that all gradients may have together. Default: any. */
  maxNorm?: number | undefined;
  /** How much an image counts in the loss, by its class. Default: all alike. */
  classWeights?: Float32Array | undefined;
}

/**
 * Trains the layers from `first` on, on the output of layer `layer` for one batch. The layers between are frozen:
 * they run outside the gradient, with their dropout.
 */
export function trainStep(options: StepOptions): StepResult {
  // What a step that fails (for want of memory) leaves goes with the scope.
  let result: StepResult | undefined;
  span('step', 'computing', () =>
    tf.tidy(() => {
      result = step(options);
    }),
  );
  return result!;
}

function step(options: StepOptions): StepResult {
  const { network, optimizer, learningRate, inputs, labels, layer, first, dropout, maxNorm } = options;
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

  // Let go of the parameters' present values first: an update in place copies what anybody else still holds.
  tf.dispose([frozen, ...values]);
  const gradients = maxNorm === undefined ? grads : clipNorm(grads, maxNorm);
  const byName = new Map(names.map((name, i) => [name, gradients[i]!]));
  span('optimizer', 'computing', () => optimizer.step(byName, learningRate));
  const loss = value.dataSync<'float32'>()[0]!;
  tf.dispose([value, ...gradients]);
  return { loss, correct };
}
