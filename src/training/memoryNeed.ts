// An estimate of the peak memory of a training or prediction: running out of memory can't be caught where the kernel
// kills the process. Its error is in docs/reliability.md; `node bench/memory.mjs` measures it.

import { batchesInMemory } from '../data/imageLoader.js';
import { type Layer, parameterShapes } from '../model/layers.js';
import { outputShape } from '../model/outputShape.js';
import { sizeOf } from '../model/stateDict.js';
import { imagesAtOnce } from './features/featureSource.js';
import { momentNames } from './optimization/optimizer.js';
import type { OptimizerOptions } from './optimization/optimizerOptions.js';

export interface MemoryTask {
  readonly layers: readonly Layer[];
  readonly batchSize: number;
  /** Processes that divide each batch. Default: 1. */
  readonly ranks?: number | undefined;
  /** The number of images. */
  readonly images: number;
  readonly wasm: boolean;
  /** Bytes of the GPU's memory, which has the tensors; undefined without a GPU. */
  readonly gpuMemory?: number | undefined;
  /** Absent without training. */
  readonly training?: {
    /** The index of the first trained layer. */
    readonly first: number;
    /** The index of the layer whose inputs are cached; 0 for none. */
    readonly cachedAt: number;
    /** Bytes of memory for features; 0 where they are cached on the disk. */
    readonly cachedLimit: number;
    /** The largest number of cached rows per image. */
    readonly rowsPerImage: number;
    /** Whether the layers before `cachedAt` run on mixed images, a batch at a time. */
    readonly mixed?: boolean;
    readonly optimizer: OptimizerOptions;
  };
}

export interface MemoryNeed {
  /** Bytes of the whole process in the machine's memory. */
  readonly process: number;
  /** Bytes of the engine's tensors, a part of it without a GPU. WebAssembly's or the GPU's memory has to have room. */
  readonly tensors: number;
}

const float = 4;
/** An image with its border, as the first layer takes it. */
const imageBytes = 228 * 228 * 3 * float;

/**
 * Measured with AlexNet on a CPU: the memory of Node and the engine without tensors; and the number of tensors of the
 * size of a layer's output that its forward pass takes (`forward`); of those of the size of the largest output
 * (`gradients`) or parameter (`update`) that a step needs beside the values that are saved for the gradient.
 */
const measured = {
  native: { base: 550e6, forward: 2, gradients: 1, update: 0, saving: 0.7 },
  wasm: { base: 230e6, forward: 5, gradients: 17, update: 10, saving: 1.6 },
} as const;

export function memoryNeed({ layers, images, wasm, gpuMemory, training, ...task }: MemoryTask): MemoryNeed {
  const onGpu = gpuMemory !== undefined;
  const batchSize = Math.ceil(Math.min(task.batchSize, images) / (task.ranks ?? 1));
  const { base, forward, gradients, update, saving } = measured[wasm ? 'wasm' : 'native'];
  const sizes = layers.map((layer) => parameterShapes(layer).map(([, shape]) => float * sizeOf(shape)));
  const parameters = sum(sizes.flat());
  const values = outputValues(layers);
  const saved = savedBytes(layers, values);
  const cachedAt = training?.cachedAt ?? 0;

  // Images being decoded, and the tensor made from them.
  const rows = Math.min(images, cachedAt > 0 && !training?.mixed ? imagesAtOnce : batchSize);
  const slots = Math.min(Math.ceil(images / rows), batchesInMemory(rows * imageBytes, wasm || onGpu));
  const loading = slots * rows * imageBytes;
  const inputs = [imageBytes, ...values.map((count) => float * count)];
  const pass = (to: number) =>
    rows *
    (imageBytes +
      Math.max(
        ...values
          .slice(0, to)
          .map((count, index) => (index > 0 ? inputs[index]! : 0) + forward * float * count),
      ));
  if (!training) {
    const tensors = parameters + pass(layers.length);
    return { process: base + (onGpu ? 0 : tensors) + loading, tensors };
  }

  const { first, optimizer } = training;
  const trained = sizes.slice(first).flat();
  const moments = momentNames(optimizer).length;
  const held = parameters + (moments + 1) * sum(trained); // with the best model until it is saved
  const inputRow = cachedAt > 0 ? float * values[cachedAt - 1]! : imageBytes;
  const step =
    batchSize *
    (inputRow + sum(saved.slice(cachedAt)) + gradients * float * Math.max(...values.slice(first)));
  const largest = Math.max(...trained);
  const tensors = held + Math.max(step, cachedAt > 0 ? pass(cachedAt) : 0, update * largest);
  const rowsToCache = training.rowsPerImage * images;
  const cached = cachedAt > 0 ? Math.min(training.cachedLimit, rowsToCache * inputRow) : 0;
  return { process: base + (onGpu ? 0 : tensors) + loading + cached + saving * parameters, tensors };
}

/** The number of outputs of each layer for one image. */
const outputValues = (layers: readonly Layer[]): number[] =>
  layers.map((_, index) => sizeOf(outputShape(layers, index + 1)));

/** Bytes for one image that each layer saves until its backward pass. A pooling runs before the ReLU. */
function savedBytes(layers: readonly Layer[], values: readonly number[]): number[] {
  return layers.map((layer, index) => {
    const own = float * values[index]!;
    const isPooled = (at: number) => layers[at]?.type === 'MaxPool2d';
    if (layer.type === 'Conv2d') return isPooled(index + 2) ? own : 0;
    if (layer.type === 'ReLU') return isPooled(index + 1) ? float * values[index + 1]! : own;
    if (layer.type === 'Dropout') return 2 * own; // mask and product
    return layer.type === 'AdaptiveAvgPool2d' ? 0 : own;
  });
}

/**
 * The largest power of two below `batchSize` for which `fits` is true; undefined where there is none. Smaller batches
 * need less memory.
 */
export function largestBatch(batchSize: number, fits: (batchSize: number) => boolean): number | undefined {
  for (let size = 2 ** Math.ceil(Math.log2(batchSize) - 1); size >= 1; size /= 2) {
    if (fits(size)) return size;
  }
  return undefined;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
