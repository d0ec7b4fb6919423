// Frozen layers give the same features for the same picture every time: they are run once for each picture and flip,
// when first drawn, and kept.

import * as tf from '@tensorflow/tfjs-core';
import { chunksOf, type Draw } from '../data/draws.js';
import { totalMemory } from '../engine/machineMemory.js';
import type { Layer } from '../model/alexnet.js';
import type { Network } from '../model/network.js';
import { type Batch, type BatchSource, isEvent } from './batchSource.js';
import type { SourceEvent } from './events.js';

/** Training batches for which features are made in one go, so that pictures are decoded many at a time. */
const batchesAtOnce = 4;

/** Pictures that the frozen layers take at a time. A convolution's rows do not depend on it. */
export const picturesAtOnce = 64;

/** Bytes that kept features may take: a share of all memory. */
export const keptLimit = (): number => totalMemory() * 0.25;

/** The index of the layer that takes kept features; 0, the pictures themselves, where the first layer is trained. */
export function keptAt(layers: readonly Layer[], first: number): number {
  const random = layers.findIndex((layer) => layer.type === 'Dropout');
  return random < 0 ? first : Math.min(first, random);
}

/**
 * The source that spares the most work: `pictures` themselves where the first layer is trained, else features as
 * they are before the first layer that is trained or that is random (dropout), whichever comes first.
 */
export function withKeptFeatures(pictures: BatchSource, network: Network, first: number): BatchSource {
  const layer = keptAt(network.layers, first);
  return layer === 0 ? pictures : new FeatureSource(pictures, network, layer, keptLimit());
}

class FeatureSource implements BatchSource {
  /** Kept for the whole run, by picture and flip. */
  readonly #kept = new Map<number, Float32Array>();
  #rowShape: number[] = [];
  #memory = new Float32Array(0);

  /**
   * Features are the output of `network`'s layers before `layer`, on what `pictures` gives. Up to `limit` bytes of
   * them are kept; those beyond are made again in each epoch, which costs time and changes nothing.
   */
  constructor(
    private readonly pictures: BatchSource,
    private readonly network: Network,
    readonly layer: number,
    private readonly limit: number,
  ) {}

  async *batches(draws: readonly Draw[], size: number): AsyncGenerator<Batch | SourceEvent> {
    const total = draws.filter((draw) => !this.#kept.has(keyOf(draw))).length;
    let done = 0;
    let index = 0;
    for (const window of chunksOf(draws, size * batchesAtOnce)) {
      const rows = new Map<number, Float32Array>();
      const missing: Draw[] = [];
      for (const draw of window) {
        const kept = this.#kept.get(keyOf(draw));
        if (kept) rows.set(keyOf(draw), kept);
        else missing.push(draw);
      }
      for await (const item of this.pictures.batches(missing, picturesAtOnce)) {
        if (isEvent(item)) yield item;
        else {
          this.#compute(item, rows);
          done += item.draws.length;
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

  #compute({ inputs, draws }: Batch, rows: Map<number, Float32Array>): void {
    const features = this.network.forward(inputs, { from: this.pictures.layer, to: this.layer });
    const values = features.dataSync<'float32'>();
    this.#rowShape = features.shape.slice(1);
    features.dispose();
    const length = values.length / draws.length;
    draws.forEach((draw, row) => {
      const feature = values.slice(row * length, (row + 1) * length);
      rows.set(keyOf(draw), feature);
      if ((this.#kept.size + 1) * feature.byteLength <= this.limit) this.#kept.set(keyOf(draw), feature);
    });
  }

  *#assemble(
    index: number,
    draws: readonly Draw[],
    rows: ReadonlyMap<number, Float32Array>,
  ): Generator<Batch> {
    const length = this.#rowShape.reduce((product, n) => product * n, 1);
    // The last batch's tensor is disposed of by now, and with it whatever shared this memory.
    if (this.#memory.length < draws.length * length) this.#memory = new Float32Array(draws.length * length);
    const values = this.#memory.subarray(0, draws.length * length);
    draws.forEach((draw, row) => {
      values.set(rows.get(keyOf(draw))!, row * length);
    });
    const inputs = tf.tensor(values, [draws.length, ...this.#rowShape]);
    try {
      yield { index, inputs, draws };
    } finally {
      inputs.dispose();
    }
  }
}

const keyOf = ({ sample, flip }: Draw): number => sample * 2 + (flip ? 1 : 0);
