// Where batches come from: straight from pictures, or from what the frozen layers made of them.

import * as tf from '@tensorflow/tfjs-core';
import { chunksOf, type Draw } from '../data/draws.js';
import type { PictureLoader } from '../data/pictureLoader.js';
import type { SourceEvent } from './events.js';

export interface Batch {
  /** Which of the consecutive batches of the draws this is, from 0. One of which nothing can be read is left out. */
  readonly index: number;
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
  readonly #unreadable: Set<number>;

  /** `name` gives the file of a sample, for messages. Of those known to be `unreadable` nothing is told again. */
  constructor(
    private readonly loader: PictureLoader,
    private readonly name: (sample: number) => string,
    unreadable: Iterable<number> = [],
  ) {
    this.#unreadable = new Set(unreadable);
  }

  async *batches(draws: readonly Draw[], size: number): AsyncGenerator<Batch | SourceEvent> {
    const { side } = this.loader;
    // Divided first: a picture that is known to be unreadable makes its own batch smaller, in every epoch, and leaves the
    // others as they are.
    const chunks = [...chunksOf(draws, size)]
      .map((chunk, index) => ({
        index,
        readable: chunk.filter(({ sample }) => !this.#unreadable.has(sample)),
      }))
      .filter(({ readable }) => readable.length > 0);
    const indices = chunks.map(({ index }) => index).values(); // the loader gives a batch for each of them
    for await (const { images, draws, unreadable } of this.loader.batches(
      chunks.map(({ readable }) => readable),
    )) {
      const index = indices.next().value!;
      for (const { sample, reason } of unreadable) {
        this.#unreadable.add(sample);
        yield { event: 'skipped', file: this.name(sample), reason };
      }
      if (draws.length === 0) continue;
      const inputs = tf.tensor(images, [draws.length, side, side, 3]);
      try {
        yield { index, inputs, draws };
      } finally {
        inputs.dispose();
      }
    }
  }
}
