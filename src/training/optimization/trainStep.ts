// One step of training: forward, loss, gradients, update.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../../core/spans.js';
import { backpropagate } from '../../model/backpropagate.js';
import type { DropoutMask, Network, ParameterGradients } from '../../model/network.js';
import type { Share } from '../share.js';
import { clipNorm } from './clipNorm.js';
import { countCorrect, crossEntropy, type LossOptions } from './crossEntropy.js';
import { mainLabels, mixed } from './mixup.js';
import type { Optimizer } from './optimizer.js';

export interface StepResult {
  /** The mean cross-entropy of the batch before the update, weighted by class where weights are given. */
  readonly loss: number;
  /** Images of the batch that were classified right, with dropout; mixed ones by the label with the larger share. */
  readonly correct: number;
}

interface StepOptions extends LossOptions {
  network: Network;
  optimizer: Optimizer;
  learningRate: number;
  inputs: tf.Tensor;
  /** Of the whole batch. */
  labels: Int32Array;
  /** Where several ranks compute the batch: that of `inputs`. */
  share?: Share | undefined;
  layer: number;
  first: number;
  dropout: DropoutMask;
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
  const { network, optimizer, labels, share, layer, first, mix } = options;
  const inputs = mix === undefined ? options.inputs : mixed(options.inputs, mix);
  const dropout = share ? ownMasks(options.dropout, share, labels.length) : options.dropout;
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
    group: share?.group,
    outputGradient: (own) => {
      const logits = share ? share.whole(own) : own;
      const { loss, gradient } = crossEntropy(logits as tf.Tensor2D, labels, options);
      results = [loss, tf.argMax(logits, 1)];
      return share ? share.own(gradient) : gradient;
    },
    // A layer is updated as soon as its gradients are there, unless their norm is wanted with all others'.
    onGradients: (gradients) => {
      if (options.clipNorm === undefined) apply(gradients);
      else for (const [name, gradient] of gradients) whole.set(name, gradient);
    },
  });
  if (options.clipNorm !== undefined) apply(clipNorm(whole, options.clipNorm));
  // Read at the end: a GPU is not waited for in the middle of a step.
  const [[loss], predicted] = results.map((tensor) => tensor.dataSync()) as [Float32Array, Int32Array];
  const counted = mix === undefined ? labels : mainLabels(labels, mix);
  return { loss: loss!, correct: countCorrect(predicted, counted) };
}

/** The own rows of the masks for a batch of `rows`: those of one process. */
const ownMasks =
  (dropout: DropoutMask, share: Share, rows: number): DropoutMask =>
  (layer, [, ...shape], p) =>
    share.own(dropout(layer, [rows, ...shape], p));
