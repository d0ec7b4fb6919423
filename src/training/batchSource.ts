// Sources of batches: decoded images, or cached features of the frozen layers (features/).

import * as tf from '@tensorflow/tfjs-core';
import type { ImageFile } from '../data/imageFile.js';
import type { ImageLoader } from '../data/imageLoader.js';
import type { Sample } from '../data/sampler.js';
import type { SourceEvent } from './events.js';
import type { Share } from './share.js';

export interface Batch {
  /** The position among the batches of the samples, from 0. A batch without a readable image is left out. */
  readonly index: number;
  /** Inputs of layer `source.layer`, one row a sample. The source disposes of it. */
  readonly inputs: tf.Tensor;
  readonly samples: readonly Sample[];
  /** Where several ranks compute the batch: `inputs` are the own rows then, `samples` those of all. */
  readonly share?: Share;
}

export interface BatchSource {
  /** The index of the layer that takes the inputs. */
  readonly layer: number;
  /** A batch for each of `chunks`, in their order, with events between them. */
  batches(chunks: Iterable<readonly Sample[]>): AsyncGenerator<Batch | SourceEvent>;
}

export const isEvent = (item: Batch | SourceEvent): item is SourceEvent => 'event' in item;

/** Images as inputs of the first layer, [n, side, side, 3]. */
export class ImageSource implements BatchSource {
  readonly layer = 0;

  /**
   * `name` gives the file of an image for messages. No event is given for images known to be `unreadable`; those that
   * are found are added.
   */
  constructor(
    private readonly loader: ImageLoader,
    private readonly files: readonly ImageFile[],
    private readonly name: (index: number) => string,
    private readonly unreadable: Set<number> = new Set(),
  ) {}

  async *batches(all: Iterable<readonly Sample[]>): AsyncGenerator<Batch | SourceEvent> {
    const { side } = this.loader;
    // Chunks first: an image that is known to be unreadable makes its own batch smaller and does not shift the others.
    const chunks = [...all]
      .map((chunk, index) => ({
        index,
        readable: chunk.filter(({ index }) => !this.unreadable.has(index)),
      }))
      .filter(({ readable }) => readable.length > 0);
    const indices = chunks.map(({ index }) => index).values(); // the loader gives one batch for each chunk
    for await (const { images, samples, unreadable } of this.loader.batches(
      chunks.map(({ readable }) => readable),
      this.files,
    )) {
      const index = indices.next().value!;
      for (const { index, reason } of unreadable) {
        this.unreadable.add(index);
        yield { event: 'skipped', file: this.name(index), reason };
      }
      if (samples.length === 0) continue;
      const inputs =
        images instanceof Uint8Array
          ? this.loader.normalize!(images)
          : tf.tensor(images, [samples.length, side, side, 3]);
      try {
        yield { index, inputs, samples };
      } finally {
        inputs.dispose();
      }
    }
  }
}
