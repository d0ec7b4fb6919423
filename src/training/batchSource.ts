// Where batches come from: straight from images, or from what the frozen layers made of them.

import * as tf from '@tensorflow/tfjs-core';
import type { ImageLoader } from '../data/imageLoader.js';
import { chunksOf, type Sample } from '../data/sampler.js';
import type { SourceEvent } from './events.js';

export interface Batch {
  /** Which of the consecutive batches of the samples this is, from 0. One of which nothing can be read is left out. */
  readonly index: number;
  /** What layer `source.layer` takes, one row a sample. Belongs to the source, which disposes of it. */
  readonly inputs: tf.Tensor;
  readonly samples: readonly Sample[];
}

export interface BatchSource {
  /** The index of the layer that takes these batches. */
  readonly layer: number;
  /** Batches of `size` in the order of `samples`, and between them what is worth telling. */
  batches(samples: readonly Sample[], size: number): AsyncGenerator<Batch | SourceEvent>;
}

export const isEvent = (item: Batch | SourceEvent): item is SourceEvent => 'event' in item;

/** Images as the network's first layer takes them, [n, side, side, 3]. */
export class ImageSource implements BatchSource {
  readonly layer = 0;
  readonly #unreadable: Set<number>;

  /** `name` gives the file of an image for messages. No event is given for images known to be `unreadable`. */
  constructor(
    private readonly loader: ImageLoader,
    private readonly name: (index: number) => string,
    unreadable: Iterable<number> = [],
  ) {
    this.#unreadable = new Set(unreadable);
  }

  async *batches(samples: readonly Sample[], size: number): AsyncGenerator<Batch | SourceEvent> {
    const { side } = this.loader;
    // Divided first: an image that is known to be unreadable makes its own batch smaller, in every epoch, and leaves the
    // others as they are.
    const chunks = [...chunksOf(samples, size)]
      .map((chunk, index) => ({
        index,
        readable: chunk.filter(({ index }) => !this.#unreadable.has(index)),
      }))
      .filter(({ readable }) => readable.length > 0);
    const indices = chunks.map(({ index }) => index).values(); // the loader gives a batch for each of them
    for await (const { images, samples, unreadable } of this.loader.batches(
      chunks.map(({ readable }) => readable),
    )) {
      const index = indices.next().value!;
      for (const { index, reason } of unreadable) {
        this.#unreadable.add(index);
        yield { event: 'skipped', file: this.name(index), reason };
      }
      if (samples.length === 0) continue;
      const inputs = tf.tensor(images, [samples.length, side, side, 3]);
      try {
        yield { index, inputs, samples };
      } finally {
        inputs.dispose();
      }
    }
  }
}
