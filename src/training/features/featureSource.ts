// Frozen layers give the same features for the same image every time: they are run once for each image and flip,
// when first drawn, and kept.

import * as tf from '@tensorflow/tfjs-core';
import { span } from '../../core/spans.js';
import { chunksOf, type Sample } from '../../data/sampler.js';
import type { Layer } from '../../model/layers.js';
import type { Network } from '../../model/network.js';
import { outputShape } from '../../model/outputShape.js';
import { sizeOf } from '../../model/stateDict.js';
import { type Batch, type BatchSource, isEvent } from '../batchSource.js';
import type { SourceEvent } from '../events.js';
import { type FeatureRows, keyOf } from './featureRows.js';

/** Training batches for which features are made in one go, so that images are decoded many at a time. */
const batchesAtOnce = 4;

/** Images that the frozen layers take at a time. A convolution's rows do not depend on it. */
export const imagesAtOnce = 64;

/**
 * The layer before which features are kept: the first that is trained or that is random (dropout), whichever comes
 * first. 0: there are none to keep.
 */
export function featureLayer(layers: readonly Layer[], first: number): number {
  const random = layers.findIndex((layer) => layer.type === 'Dropout');
  return random < 0 ? first : Math.min(first, random);
}

/** Gives what the layers before `layer` make of the images, and keeps it in `kept`. */
export class FeatureSource implements BatchSource {
  readonly #rowShape: readonly number[];
  readonly #rowLength: number;
  /** What batches and windows are put together in, again and again. */
  #batch = new Float32Array(0);
  #window = new Float32Array(0);

  /**
   * Features are the output of `network`'s layers before `layer`, on what `images` gives. What `kept` has no room for
   * is made again in each epoch, which costs time and changes nothing.
   */
  constructor(
    private readonly images: BatchSource,
    private readonly network: Network,
    readonly layer: number,
    private readonly kept: FeatureRows,
  ) {
    this.#rowShape = outputShape(network.layers, layer);
    this.#rowLength = sizeOf(this.#rowShape);
  }

  async *batches(samples: readonly Sample[], size: number): AsyncGenerator<Batch | SourceEvent> {
    let total = samples.filter((sample) => !this.kept.has(sample)).length;
    let done = 0;
    let index = 0;
    for (const window of windowsOf(samples, size)) {
      const { rows, missing } = await span('read kept features', 'files', () => this.#readKept(window));
      for await (const item of this.images.batches(missing, imagesAtOnce)) {
        if (isEvent(item)) yield item;
        else {
          await this.#compute(item, rows);
          done += item.samples.length;
          total = Math.max(total, done); // rows that turned out to be damaged were not counted
          yield { event: 'features', done, total };
        }
      }
      for (const chunk of chunksOf(window, size)) {
        const readable = chunk.filter((sample) => rows.has(keyOf(sample)));
        if (readable.length > 0) yield* this.#assemble(index, readable, rows);
        index += 1;
      }
    }
  }

  /** The rows of a window that are kept, and those that are to be made. */
  async #readKept(
    window: readonly Sample[],
  ): Promise<{ rows: Map<string, Float32Array>; missing: Sample[] }> {
    // What shared this memory is disposed of by now.
    this.#window = atLeast(this.#window, window.length * this.#rowLength);
    const rows = new Map<string, Float32Array>();
    await Promise.all(
      window.map(async (sample, index) => {
        if (!this.kept.has(sample)) return;
        const row = this.#window.subarray(index * this.#rowLength, (index + 1) * this.#rowLength);
        if (await this.kept.read(sample, row)) rows.set(keyOf(sample), row);
      }),
    );
    return { rows, missing: window.filter((sample) => !rows.has(keyOf(sample))) };
  }

  async #compute({ inputs, samples }: Batch, rows: Map<string, Float32Array>): Promise<void> {
    const values = span('frozen layers', 'computing', () => {
      const features = this.network.forward(inputs, { from: this.images.layer, to: this.layer });
      const values = features.dataSync<'float32'>();
      features.dispose();
      return values;
    });
    for (const [row, sample] of samples.entries()) {
      rows.set(keyOf(sample), values.subarray(row * this.#rowLength, (row + 1) * this.#rowLength));
    }
    await span('keep features', 'files', () => this.kept.keep(samples, values));
  }

  *#assemble(
    index: number,
    samples: readonly Sample[],
    rows: ReadonlyMap<string, Float32Array>,
  ): Generator<Batch> {
    // The last batch's tensor is disposed of by now, and with it whatever shared this memory.
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

/** Parts of the samples whose features are made in one go. The first is one batch: whoever waits for a loss sees it soon. */
function* windowsOf(samples: readonly Sample[], size: number): Generator<readonly Sample[]> {
  yield samples.slice(0, size);
  yield* chunksOf(samples.slice(size), size * batchesAtOnce);
}

const atLeast = (memory: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> =>
  memory.length < length ? new Float32Array(length) : memory;
