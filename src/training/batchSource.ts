// Where batches come from: straight from pictures, or from what the frozen layers made of them.

import * as tf from '@tensorflow/tfjs-core';
import { chunksOf, type Draw } from '../data/draws.js';
import type { PictureLoader } from '../data/pictureLoader.js';
import type { SourceEvent } from './events.js';

export interface Batch {
  /** What layer `source.layer` takes, one row a draw. Belongs to the source, which disposes of it. */
  readonly inputs: tf.Tensor;
  readonly draws: readonly Draw[];
}

export interface BatchSource {
  /** The index of the layer that takes these batches. */
  readonly layer: number;
  /** Batches of `size` in the order of `draws`, and between them what is worth telling. */
  batches(draws: readonly Draw[], size: number): AsyncGenerator<Batch | SourceEvent>;
}

export const isEvent = (item: Batch | SourceEvent): item is SourceEvent => 'event' in item;

/** Pictures as the network's first layer takes them, [n, side, side, 3]. */
export class PictureSource implements BatchSource {
  readonly layer = 0;
  readonly #unreadable = new Set<number>();

  /** `name` gives the file of a sample, for messages. */
  constructor(
    private readonly loader: PictureLoader,
    private readonly name: (sample: number) => string,
  ) {}

  async *batches(draws: readonly Draw[], size: number): AsyncGenerator<Batch | SourceEvent> {
    const { side } = this.loader;
    // Divided first: a picture that is known to be unreadable makes its own batch smaller, in every epoch, and leaves the
    // others as they are.
    const chunks = [...chunksOf(draws, size)]
      .map((chunk) => chunk.filter(({ sample }) => !this.#unreadable.has(sample)))
      .filter((chunk) => chunk.length > 0);
    for await (const { images, draws, unreadable } of this.loader.batches(chunks)) {
      for (const { sample, reason } of unreadable) {
        this.#unreadable.add(sample);
        yield { event: 'skipped', file: this.name(sample), reason };
      }
      if (draws.length === 0) continue;
      const inputs = tf.tensor(images, [draws.length, side, side, 3]);
      try {
        yield { inputs, draws };
      } finally {
        inputs.dispose();
      }
    }
  }
}
