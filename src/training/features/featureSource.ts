// Frozen layers give the same features for the same picture every time: they are run once for each picture and flip,
// when first drawn, and kept.

import * as tf from '@tensorflow/tfjs-core';
import { chunksOf, type Draw } from '../../data/draws.js';
import type { Layer } from '../../model/alexnet.js';
import type { Network } from '../../model/network.js';
import { outputShape } from '../../model/outputShape.js';
import { sizeOf } from '../../model/stateDict.js';
import { span } from '../../spans.js';
import { type Batch, type BatchSource, isEvent } from '../batchSource.js';
import type { SourceEvent } from '../events.js';
import { type FeatureRows, keyOf } from './featureRows.js';

/** Training batches for which features are made in one go, so that pictures are decoded many at a time. */
const batchesAtOnce = 4;

/** Pictures that the frozen layers take at a time. A convolution's rows do not depend on it. */
export const picturesAtOnce = 64;

/**
 * The layer before which features are kept: the first that is trained or that is random (dropout), whichever comes
 * first. 0: there are none to keep.
 */
export function featureLayer(layers: readonly Layer[], first: number): number {
  const random = layers.findIndex((layer) => layer.type === 'Dropout');
  return random < 0 ? first : Math.min(first, random);
}

/** Gives what the layers before `layer` make of the pictures, and keeps it in `kept`. */
export class FeatureSource implements BatchSource {
  readonly #rowShape: readonly number[];
  readonly #rowLength: number;
  /** What batches and windows are put together in, again and again. */
  #batch = new Float32Array(0);
  #window = new Float32Array(0);

  /**
   * Features are the output of `network`'s layers before `layer`, on what `pictures` gives. What `kept` has no room for
   * is made again in each epoch, which costs time and changes nothing.
   */
  constructor(
    private readonly pictures: BatchSource,
    private readonly network: Network,
    readonly layer: number,
    private readonly kept: FeatureRows,
  ) {
    this.#rowShape = outputShape(network.layers, layer);
    this.#rowLength = sizeOf(this.#rowShape);
  }

  async *batches(draws: readonly Draw[], size: number): AsyncGenerator<Batch | SourceEvent> {
    let total = draws.filter((draw) => !this.kept.has(draw)).length;
    let done = 0;
    let index = 0;
    for (const window of windowsOf(draws, size)) {
      const { rows, missing } = await span('read kept features', 'files', () => this.#readKept(window));
      for await (const item of this.pictures.batches(missing, picturesAtOnce)) {
        if (isEvent(item)) yield item;
        else {
          await this.#compute(item, rows);
          done += item.draws.length;
          total = Math.max(total, done); // rows that turned out to be damaged were not counted
          yield { event: 'features', done, total };
        }
      }
      for (const chunk of chunksOf(window, size)) {
        const readable = chunk.filter((draw) => rows.has(keyOf(draw)));
        if (readable.length > 0) yield* this.#assemble(index, readable, rows);
        index += 1;
      }
    }
  }

  /** The rows of a window that are kept, and those that are to be made. */
  async #readKept(window: readonly Draw[]): Promise<{ rows: Map<number, Float32Array>; missing: Draw[] }> {
    // What shared this memory is disposed of by now.
    this.#window = atLeast(this.#window, window.length * this.#rowLength);
    const rows = new Map<number, Float32Array>();
    await Promise.all(
      window.map(async (draw, index) => {
        if (!this.kept.has(draw)) return;
        const row = this.#window.subarray(index * this.#rowLength, (index + 1) * this.#rowLength);
        if (await this.kept.read(draw, row)) rows.set(keyOf(draw), row);
      }),
    );
    return { rows, missing: window.filter((draw) => !rows.has(keyOf(draw))) };
  }

  async #compute({ inputs, draws }: Batch, rows: Map<number, Float32Array>): Promise<void> {
    const values = span('frozen layers', 'computing', () => {
      const features = this.network.forward(inputs, { from: this.pictures.layer, to: this.layer });
      const values = features.dataSync<'float32'>();
      features.dispose();
      return values;
    });
    for (const [row, draw] of draws.entries()) {
      rows.set(keyOf(draw), values.subarray(row * this.#rowLength, (row + 1) * this.#rowLength));
    }
    await span('keep features', 'files', () => this.kept.keep(draws, values));
  }

  *#assemble(
    index: number,
    draws: readonly Draw[],
    rows: ReadonlyMap<number, Float32Array>,
  ): Generator<Batch> {
    // The last batch's tensor is disposed of by now, and with it whatever shared this memory.
    this.#batch = atLeast(this.#batch, draws.length * this.#rowLength);
    const values = this.#batch.subarray(0, draws.length * this.#rowLength);
    draws.forEach((draw, row) => {
      values.set(rows.get(keyOf(draw))!, row * this.#rowLength);
    });
    const inputs = tf.tensor(values, [draws.length, ...this.#rowShape]);
    try {
      yield { index, inputs, draws };
    } finally {
      inputs.dispose();
    }
  }
}

/** Parts of the draws whose features are made in one go. The first is one batch: whoever waits for a loss sees it soon. */
function* windowsOf(draws: readonly Draw[], size: number): Generator<readonly Draw[]> {
  yield draws.slice(0, size);
  yield* chunksOf(draws.slice(size), size * batchesAtOnce);
}

const atLeast = (memory: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> =>
  memory.length < length ? new Float32Array(length) : memory;
