// An estimate of the memory that a training or a look at images takes at its largest: what a system's kernel would end
// the process for can't be caught, so it has to be foreseen. How far it is from what was measured:
// docs/reliability.md; `node bench/memory.mjs` measures again.

import { batchMemory } from '../data/imageLoader.js';
import { type Layer, parameterShapes } from '../model/layers.js';
import { outputShape } from '../model/outputShape.js';
import { sizeOf } from '../model/stateDict.js';
import { imagesAtOnce } from './features/featureSource.js';
import type { OptimizerOptions } from './optimizer.js';

export interface MemoryTask {
  readonly layers: readonly Layer[];
  readonly batchSize: number;
  /** How many there are in all. */
  readonly images: number;
  readonly wasm: boolean;
  /** Absent where nothing is trained. */
  readonly training?: {
    /** The index of the first layer that is trained. */
    readonly first: number;
    /** That of the layer whose inputs are kept by image; 0 where none are. */
    readonly keptAt: number;
    /** Bytes of memory that kept features may take: 0 where they are in the cache. */
    readonly keptLimit: number;
    readonly optimizer: OptimizerOptions;
  };
}

export interface MemoryNeed {
  /** Bytes, of the whole process. */
  readonly process: number;
  /** Of them, those in the engine's tensors: what WebAssembly has to hold. */
  readonly tensors: number;
}

const float = 4;
/** An image inside its border, as the first layer takes it. */
const imageBytes = 228 * 228 * 3 * float;

/**
 * Measured, with AlexNet on a CPU: what Node and the engine take before there is a tensor; and how many tensors as large
 * as the largest layer's output (`gradients`), or as the largest parameter (`update`), a step has at a time beside what
 * it keeps for the gradient.
 */
const measured = {
  native: { base: 550e6, gradients: 5, update: 0, saving: 1 },
  wasm: { base: 350e6, gradients: 17, update: 10, saving: 1.6 },
} as const;

export function memoryNeed({ layers, batchSize, images, wasm, training }: MemoryTask): MemoryNeed {
  const { base, gradients, update, saving } = measured[wasm ? 'wasm' : 'native'];
  const sizes = layers.map((layer) => parameterShapes(layer).map(([, shape]) => float * sizeOf(shape)));
  const parameters = sum(sizes.flat());
  const forward = forwardBytes(layers);
  const keptAt = training?.keptAt ?? 0;

  // Images on their way, and the tensor made of them.
  const rows = Math.min(images, keptAt > 0 ? imagesAtOnce : batchSize);
  const slots = Math.min(
    Math.ceil(images / rows),
    Math.max(2, Math.floor(batchMemory / (rows * imageBytes))),
  );
  const loading = slots * rows * imageBytes;
  const pass = (to: number) => rows * (imageBytes + sum(forward.slice(0, to)));
  if (!training) {
    const tensors = parameters + pass(layers.length);
    return { process: base + tensors + loading + (wasm ? 0 : parameters), tensors };
  }

  const { first, optimizer } = training;
  const trained = sizes.slice(first).flat();
  const moments = optimizer.optimizer !== 'sgd' ? 2 : optimizer.momentum > 0 ? 1 : 0;
  const held = parameters + (moments + 1) * sum(trained); // and a gradient for each
  const values = outputValues(layers);
  const inputRow = keptAt > 0 ? float * values[keptAt - 1]! : imageBytes;
  const step =
    Math.min(batchSize, images) *
    (inputRow + sum(forward.slice(keptAt)) + gradients * float * Math.max(...values.slice(first)));
  const largest = Math.max(...trained);
  const tensors = held + Math.max(step, keptAt > 0 ? pass(keptAt) : 0, update * largest);
  // By image and transform.
  const kept = keptAt > 0 ? Math.min(training.keptLimit, 2 * images * inputRow) : 0;
  return { process: base + tensors + loading + kept + saving * parameters, tensors };
}

/** The number of values that each layer gives for one image. */
const outputValues = (layers: readonly Layer[]): number[] =>
  layers.map((_, index) => sizeOf(outputShape(layers, index + 1)));

/** Bytes that each layer's operations leave for one image until the pass is over. */
function forwardBytes(layers: readonly Layer[]): number[] {
  const values = outputValues(layers);
  return layers.map((layer, index) => {
    const own = float * values[index]!;
    if (layer.type === 'Conv2d') return 2 * own; // and again with the bias
    if (layer.type === 'Linear') return 3 * own + float * layer.inFeatures; // turned, and turned back
    if (layer.type === 'Dropout') return 3 * own; // draws, mask and product
    return layer.type === 'AdaptiveAvgPool2d' ? 0 : own;
  });
}

/**
 * The largest power of two, smaller than `batchSize`, with which `fits` is true; undefined where there is none. A batch
 * that is smaller needs no more.
 */
export function largestBatch(batchSize: number, fits: (batchSize: number) => boolean): number | undefined {
  for (let size = 2 ** Math.ceil(Math.log2(batchSize) - 1); size >= 1; size /= 2) {
    if (fits(size)) return size;
  }
  return undefined;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
