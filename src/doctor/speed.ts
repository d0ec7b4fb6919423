// Measures the speed of inference, training and image decoding.

import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { decodeImage } from '../data/decode.js';
import { createResizer } from '../data/transforms/resize.js';
import { renderFace } from '../demo/render.js';
import type { Engine } from '../engine/engine.js';
import { alexNet, firstTrainable, inputPadding, inputSize } from '../model/alexnet.js';
import { computedValues } from '../model/computedValues.js';
import { initialState } from '../model/initialState.js';
import { Network } from '../model/network.js';
import { MersenneTwister } from '../random/generator.js';
import { createOptimizer } from '../training/optimization/optimizer.js';
import { trainStep } from '../training/optimization/trainStep.js';
import { seededRandomness } from '../training/randomness.js';
import type { Rate, Speed } from './diagnosis.js';

/** Smaller for WebAssembly, which is at least ten times slower, so that it also finishes within a minute. */
const batchSizes = {
  native: { inference: 32, allLayers: 32, classifier: 128 },
  wasm: { inference: 8, allLayers: 4, classifier: 32 },
};

/** Takes a few seconds; leaves no tensors. Throws an AbortError if the signal is aborted. */
export async function measureSpeed(engine: Engine, signal?: AbortSignal): Promise<Speed> {
  const decode = await decodingTime(signal);
  const batch = engine.device === 'wasm' ? batchSizes.wasm : batchSizes.native;
  const layers = alexNet({ classes: 2 });
  const network = new Network(layers, engine, initialState(layers, new MersenneTwister(0)));
  const { dropout } = seededRandomness({ engine, train: [], validation: [], seed: 0, augment: 'none' });
  const side = inputSize + 2 * inputPadding;

  const stepsFrom = async (name: 'all' | 'classifier', shape: number[]): Promise<number> => {
    const inputs = noise(shape);
    const first = firstTrainable(layers, name)!;
    const trained = new Map(network.parametersFrom(first).map((key) => [key, network.parameters.get(key)!]));
    const optimizer = createOptimizer(engine, trained, { optimizer: 'adam', momentum: 0, weightDecay: 0 });
    const labels = Int32Array.from({ length: shape[0]! }, (_, i) => i % 2);
    let step = 0;
    try {
      return await medianSeconds(signal, () => {
        trainStep({
          network,
          optimizer,
          learningRate: 1e-4,
          inputs,
          labels,
          layer: first,
          first,
          dropout: dropout(step++),
        });
      });
    } finally {
      inputs.dispose();
      optimizer.dispose();
    }
  };
  const inference = async (): Promise<number> => {
    const inputs = noise([batch.inference, side, side, 3]);
    try {
      return await medianSeconds(signal, () => computedValues(() => network.forward(inputs)));
    } finally {
      inputs.dispose();
    }
  };
  const rate = (size: number, seconds: number): Rate => ({ batch: size, imagesPerSecond: size / seconds });
  try {
    return {
      inference: rate(batch.inference, await inference()),
      allLayers: rate(batch.allLayers, await stepsFrom('all', [batch.allLayers, side, side, 3])),
      classifier: rate(batch.classifier, await stepsFrom('classifier', [batch.classifier, 9216])),
      decode,
    };
  } finally {
    network.dispose();
  }
}

/** The median of five runs in seconds, or of as many as start within 3 s, after a warm-up run. */
async function medianSeconds(signal: AbortSignal | undefined, run: () => void): Promise<number> {
  const times: number[] = [];
  run();
  const end = performance.now() + 3000;
  while (times.length === 0 || (times.length < 5 && performance.now() < end)) {
    await setImmediate(undefined, { signal }); // lets the signal be aborted
    const start = performance.now();
    run();
    times.push((performance.now() - start) / 1000);
  }
  return median(times);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function noise(shape: number[]): tf.Tensor {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
  new MersenneTwister(0).uniform(values, -2, 2);
  return tf.tensor(values, shape);
}

async function decodingTime(signal?: AbortSignal): Promise<Speed['decode']> {
  const jpeg = await renderFace('Cat', 1);
  const resize = createResizer();
  const times: number[] = [];
  let pixels = '';
  for (let i = 0; i < 30; i++) {
    await setImmediate(undefined, { signal });
    const start = performance.now();
    const { data, width, height } = await decodeImage(jpeg);
    resize(data, width, height, inputSize, inputSize);
    times.push(performance.now() - start);
    pixels = `${width} x ${height}`;
  }
  return { milliseconds: median(times.slice(10)), pixels };
}
