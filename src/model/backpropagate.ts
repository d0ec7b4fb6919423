// Backpropagation through a network, layer by layer. Each tensor is freed as soon as nothing needs it.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../core/spans.js';
import type { Group } from '../engine/group/group.js';
import { gatheredGradients, isGatheredIn, sumGradients } from './groupGradients.js';
import { parameterShapes } from './layers.js';
import type { DropoutMask, Network, ParameterGradients } from './network.js';
import { operationOf, type Saved } from './operations.js';

interface Pass {
  /** The index of the first layer to run; `input` is its input. */
  readonly from: number;
  readonly dropout?: DropoutMask | undefined;
  /** Ranks of which each passes its own rows of a batch. */
  readonly group?: Group | undefined;
  /** Returns the gradient of the loss by the network's `output`. */
  readonly outputGradient: (output: tf.Tensor) => tf.Tensor;
}

/** A layer that ran forward. */
interface Step {
  readonly index: number;
  readonly saved: Saved;
  readonly mask: tf.Tensor | undefined;
}

/**
 * Runs the layers forward and backward. `onGradients` receives the gradients of each layer with parameters, from the
 * last layer to the first, and disposes of them; it may update the layer. In a group they are those of all ranks, and
 * gradients that are added up come last, together. Call it inside tf.tidy, which frees the tensors of a failed pass.
 */
export function backpropagate(
  network: Network,
  input: tf.Tensor,
  pass: Pass & { readonly onGradients: (gradients: ParameterGradients) => void },
): void {
  const { steps, output } = runForward(network, input, pass);
  span('backward', 'computing', () => {
    let dy = lossGradient(output, pass);
    const { group, onGradients } = pass;
    const toAdd = new Map<string, tf.Tensor>();
    const last = steps.findIndex(({ index }) => parameterShapes(network.layers[index]!).length > 0);
    for (let at = steps.length - 1; at >= last; at--) {
      const step = steps[at]!;
      const layer = network.layers[step.index]!;
      const isGathered = group !== undefined && isGatheredIn(group, layer, dy);
      const { input, ...parameters } = tf.tidy(() => {
        const gradients = network.gradients(step.index, dy, step.saved, step.mask);
        const { weight, bias } = isGathered ? gatheredGradients(group, network, step, dy) : gradients;
        // All of them before the update of the weight, which the input's gradient reads.
        return {
          ...(at > last && { input: gradients.input() }),
          ...(weight && { weight: weight() }),
          ...(bias && { bias: bias() }),
        };
      });
      free(step, dy);
      const named = Object.entries(parameters).map(
        ([kind, gradient]) => [`${layer.name}.${kind}`, gradient] as const,
      );
      if (isGathered || !group) {
        if (named.length > 0) onGradients(new Map(named));
      } else for (const [name, gradient] of named) toAdd.set(name, gradient);
      if (input) dy = input;
    }
    for (const step of steps.slice(0, last)) free(step);
    if (group && toAdd.size > 0) onGradients(sumGradients(group, toAdd));
  });
}

/** The gradient of the loss by `input`. Call it inside tf.tidy. */
export function inputGradient(network: Network, input: tf.Tensor, pass: Pass): tf.Tensor {
  const { steps, output } = runForward(network, input, pass);
  return span('backward', 'computing', () => {
    let dy = lossGradient(output, pass);
    for (const step of steps.reverse()) {
      const dx = tf.tidy(() => network.gradients(step.index, dy, step.saved, step.mask).input());
      free(step, dy);
      dy = dx;
    }
    return dy;
  });
}

const runForward = (network: Network, input: tf.Tensor, { from, dropout }: Pass) =>
  span('forward', 'computing', () => {
    const steps: Step[] = [];
    let x = tf.clone(input);
    for (const index of network.order(from)) {
      const mask = network.mask(index, x, dropout);
      const y = network.run(index, x, mask);
      const { saves } = operationOf(network.layers[index]!);
      const saved = {
        input: saves.includes('input') ? tf.clone(x) : x,
        output: saves.includes('output') ? tf.clone(y) : y,
      };
      steps.push({ index, mask, saved });
      x.dispose();
      x = y;
    }
    return { steps, output: x };
  });

function lossGradient(output: tf.Tensor, { outputGradient }: Pass): tf.Tensor {
  const gradient = outputGradient(output);
  output.dispose();
  return gradient;
}

const free = ({ saved, mask }: Step, dy?: tf.Tensor): void =>
  tf.dispose([saved.input, saved.output, ...(mask ? [mask] : []), ...(dy ? [dy] : [])]);
