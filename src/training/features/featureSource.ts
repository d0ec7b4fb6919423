// Frozen layers always compute the same features from an image: they run once for each image and transform, when it is
// first sampled.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../../core/spans.js';
import { chunksOf, type Sample } from '../../data/sampler.js';
import { computedValues } from '../../model/computedValues.js';
import type { Layer } from '../../model/layers.js';
import type { Network } from '../../model/network.js';
import { outputShape } from '../../model/outputShape.js';
import { sizeOf } from '../../model/stateDict.js';
import { type Batch, type BatchSource, isEvent } from '../batchSource.js';
import type { SourceEvent } from '../events.js';
import { type FeatureRows, keyOf } from './featureRows.js';

/** Training batches whose features are computed together, so that many images are decoded at a time. */
const batchesAtOnce = 4;

/** The batch size of the frozen layers. The values of a row do not depend on it, from 2 on. */
export const imagesAtOnce = 64;

/**
 * The layer whose inputs are cached: the first that is trained or random (dropout), whichever comes first. 0: there is
 * nothing to cache.
 */
export function featureLayer(layers: readonly Layer[], first: number): number {
  const random = layers.findIndex((layer) => layer.type === 'Dropout');
  return random < 0 ? first : Math.min(first, random);
}

/** Gives the outputs of the layers before `layer`, and stores them. */
export class FeatureSource implements BatchSource {
  readonly #rowShape: readonly number[];
  readonly #rowLength: number;
  /** Memory that is reused for batches and windows. */
  #batch = new Float32Array(0);
  #window = new Float32Array(0);

  /**
   * Features are the outputs of `network`'s layers before `layer` for `images`. Rows that `stored` has no room for are
   * computed again in each epoch.
   */
  constructor(
    private readonly images: BatchSource,
    private readonly network: Network,
    readonly layer: number,
    private readonly stored: FeatureRows,
  ) {
    this.#rowShape = outputShape(network.layers, layer);
    this.#rowLength = sizeOf(this.#rowShape);
  }

  async *batches(all: Iterable<readonly Sample[]>): AsyncGenerator<Batch | SourceEvent> {
    const batches = [...all];
    let total = batches.flat().filter((sample) => !this.stored.has(sample)).length;
    let done = 0;
    let index = 0;
    for (const chunks of windowsOf(batches)) {
      const window = chunks.flat();
      const { rows, missing } = await span('read cached features', 'files', () => this.#readStored(window));
      for await (const item of this.images.batches(chunksOf(missing, imagesAtOnce))) {
        if (isEvent(item)) yield item;
        else {
          await this.#compute(item, rows);
          done += item.samples.length;
          total = Math.max(total, done); // damaged rows were not counted
          yield { event: 'features', done, total };
        }
      }
      for (const chunk of chunks) {
        const readable = chunk.filter((sample) => rows.has(keyOf(sample)));
        if (readable.length > 0) yield* this.#assemble(index, readable, rows);
        index += 1;
      }
    }
  }

  /** The stored rows of a window, and the samples whose rows are missing. */
  async #readStored(
    window: readonly Sample[],
  ): Promise<{ rows: Map<string, Float32Array>; missing: Sample[] }> {
    // Tensors that shared this memory have been disposed of.
    this.#window = atLeast(this.#window, window.length * this.#rowLength);
    const rows = new Map<string, Float32Array>();
    await Promise.all(
      window.map(async (sample, index) => {
        if (!this.stored.has(sample)) return;
        const row = this.#window.subarray(index * this.#rowLength, (index + 1) * this.#rowLength);
        if (await this.stored.read(sample, row)) rows.set(keyOf(sample), row);
      }),
    );
    return { rows, missing: window.filter((sample) => !rows.has(keyOf(sample))) };
  }

  async #compute(batch: Batch, rows: Map<string, Float32Array>): Promise<void> {
    const { samples } = batch;
    const layers = { from: this.images.layer, to: this.layer };
    const values = computedValues(() => frozenOutputs(this.network, batch, layers));
    for (const [row, sample] of samples.entries()) {
      rows.set(keyOf(sample), values.subarray(row * this.#rowLength, (row + 1) * this.#rowLength));
    }
    await span('store features', 'files', () => this.stored.put(samples, values));
  }

  *#assemble(
    index: number,
    samples: readonly Sample[],
    rows: ReadonlyMap<string, Float32Array>,
  ): Generator<Batch> {
    // The previous batch's tensor, which shared this memory, has been disposed of.
    this.#batch = atLeast(this.#batch, samples.length * this.#rowLength);
    const values = this.#batch.subarray(0, samples.length * this.#rowLength);
    samples.forEach((sample, row) => {
      values.set(rows.get(keyOf(sample))!, row * this.#rowLength);
    });
    const inputs = tf.tensor(values, [samples.length, ...this.#rowShape]);
    try {
      yield { index, inputs, samples };
    } finally {
      inputs.dispose();
    }
  }
}

/** The outputs of the frozen layers for a batch, one row a sample. */
export const frozenOutputs = (
  network: Network,
  { inputs, share }: Batch,
  layers: { readonly from: number; readonly to: number },
): tf.Tensor =>
  span('frozen layers', 'computing', () =>
    tf.tidy(() => {
      // On CPUs without AVX-512, oneDNN computes the first convolution of a single image with other roundings.
      const isSingle = inputs.shape[0] === 1;
      const outputs = network.forward(isSingle ? tf.concat([inputs, inputs]) : inputs, layers);
      const own = isSingle ? tf.slice(outputs, 0, 1) : outputs;
      return share ? share.whole(own) : own;
    }),
  );

/** The batches whose features are computed together. The first window is one, so that the first loss comes early. */
function* windowsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  if (all.length > 0) yield all.slice(0, 1);
  yield* chunksOf(all.slice(1), batchesAtOnce);
}

const atLeast = (memory: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> =>
  memory.length < length ? new Float32Array(length) : memory;
