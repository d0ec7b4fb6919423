// Computes a newly initialized AlexNet's logits, loss, gradients and optimizer steps, and compares them with PyTorch's.

import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine/engine.js';
import { alexNet, inputSize } from '../model/alexnet.js';
import { backpropagate } from '../model/backpropagate.js';
import { computedValues } from '../model/computedValues.js';
import { initialState } from '../model/initialState.js';
import { copiedOut, fromTorch, toTorch } from '../model/layout.js';
import { type DropoutMask, Network } from '../model/network.js';
import { sizeOf } from '../model/stateDict.js';
import { MersenneTwister } from '../random/generator.js';
import { crossEntropy } from '../training/optimization/crossEntropy.js';
import { createOptimizer, type Optimizer } from '../training/optimization/optimizer.js';
import type { FigureName } from './diagnosis.js';
import type { Figures } from './figures.js';
import { largestDifference } from './projections.js';

/** Differences relative to the norm of the expected values; for gradients and steps, the largest of all parameters. */
export async function differencesFrom(
  figures: Figures,
  engine: Engine,
  signal?: AbortSignal,
): Promise<Record<FigureName, number>> {
  const { seeds, scales } = figures;
  const layers = alexNet({ classes: figures.logits.length / figures.labels.length });
  const start = initialState(layers, new MersenneTwister(seeds.network));
  const network = new Network(layers, engine, start);
  const images = imagesOf(figures);
  let gradients: ReadonlyMap<string, tf.Tensor> = new Map();
  try {
    const logits = computedValues(() => network.forward(images));
    await setImmediate(undefined, { signal }); // lets the signal be aborted
    const found = lossAndGradients(network, images, figures);
    gradients = found.gradients;

    const afterSteps = async (kind: 'adam' | 'sgd'): Promise<number> => {
      await setImmediate(undefined, { signal });
      const { options, changes } = figures[kind];
      const { lr, momentum } = options;
      for (const [name, parameter] of network.parameters) parameter.assign(fromTorch(start.get(name)!).data);
      const optimizer = createOptimizer(engine, network.parameters, {
        optimizer: kind,
        momentum,
        weightDecay: 0,
      });
      for (const scale of scales) step(gradients, scale, optimizer, lr);
      optimizer.dispose();
      return largestDifference(
        changes,
        seeds.projection,
        (name) => copiedOut(network.parameters.get(name)!).data,
        (name) => start.get(name)!.data,
      );
    };
    return {
      logits: distance(logits, figures.logits),
      loss: distance([found.loss], [figures.loss]),
      gradients: largestDifference(figures.gradients, seeds.projection, (name) => {
        const gradient = gradients.get(name)!;
        return toTorch({ shape: gradient.shape, data: gradient.dataSync<'float32'>() }).data;
      }),
      adam: await afterSteps('adam'),
      sgd: await afterSteps('sgd'),
    };
  } finally {
    tf.dispose([images, ...gradients.values()]);
    network.dispose();
  }
}

/** Takes an optimizer step on `scale` times the gradients. */
function step(
  gradients: ReadonlyMap<string, tf.Tensor>,
  scale: number,
  optimizer: Optimizer,
  learningRate: number,
): void {
  const scaled = new Map(Array.from(gradients, ([name, gradient]) => [name, tf.mul(gradient, scale)]));
  optimizer.beginStep(learningRate)(scaled);
  tf.dispose([...scaled.values()]);
}

/** Noise, drawn in PyTorch's layout and transposed to [n, 224, 224, 3]. */
function imagesOf({ labels, amplitude, seeds }: Figures): tf.Tensor {
  const values = new Float32Array(labels.length * 3 * inputSize * inputSize);
  new MersenneTwister(seeds.input).uniform(values, -amplitude, amplitude);
  return tf.tidy(() =>
    tf.transpose(tf.tensor4d(values, [labels.length, 3, inputSize, inputSize]), [0, 2, 3, 1]),
  );
}

/** In training mode, with the same dropout masks as PyTorch. */
function lossAndGradients(
  network: Network,
  images: tf.Tensor,
  { labels, seeds }: Figures,
): { loss: number; gradients: ReadonlyMap<string, tf.Tensor> } {
  const generator = new MersenneTwister(seeds.dropout);
  const dropout: DropoutMask = (_layer, shape, p) => {
    const mask = new Float32Array(sizeOf(shape));
    generator.dropoutMask(mask, p);
    return tf.tensor(mask, shape);
  };
  const { all, loss } = tf.tidy(() => {
    let loss: tf.Tensor | undefined;
    const all: Record<string, tf.Tensor> = {};
    backpropagate(network, images, {
      ...{ from: 0, dropout },
      outputGradient: (logits) => {
        const entropy = crossEntropy(logits as tf.Tensor2D, Int32Array.from(labels));
        loss = entropy.loss;
        return entropy.gradient;
      },
      onGradients: (own) => Object.assign(all, Object.fromEntries(own)),
    });
    return { all, loss: loss! };
  });
  const value = loss.dataSync<'float32'>()[0]!;
  loss.dispose();
  return { loss: value, gradients: new Map(Object.entries(all)) };
}

/** The norm of the difference, relative to the expected values' norm. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  const difference = Math.hypot(...expected.map((value, i) => actual[i]! - value));
  return difference / Math.hypot(...expected);
}
