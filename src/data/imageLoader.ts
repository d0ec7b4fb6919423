// Batches of images, decoded by worker threads into bounded shared memory.

import type { Tensor } from '@tensorflow/tfjs-core';
import { imagesAreTimed, span } from '../core/spans.js';
import { erases } from './augmentation/transform.js';
import { pixelLimit } from './decodedImage.js';
import type { ImageFile } from './imageFile.js';
import { type ImageJob, type ImageJobDone, ImageWorkers } from './imageWorkers.js';
import type { Sample } from './sampler.js';
import type { Preprocessing } from './transforms/preprocessing.js';

export interface ImageBatch {
  /** The readable images, one a row. */
  readonly samples: readonly Sample[];
  /**
   * [samples.length, side, side, 3], normalized; or bytes [samples.length, size, size, 3] for the loader's `normalize`.
   * Valid until the next batch.
   */
  readonly images: Float32Array | Uint8Array;
  readonly unreadable: readonly { index: number; reason: string }[];
}

export interface ImageLoaderOptions {
  readonly preprocessing: Preprocessing;
  /** Zeros around each image: the padding of the network's first layer. */
  readonly border: number;
  readonly workers: number;
  /** Images with more pixels are unreadable. Default: the decoder's limit. */
  readonly maxPixels?: number | undefined;
  /**
   * Decode while the caller computes. Good beside a GPU; on a CPU the two compete for the cores, and alternating is
   * faster: decode some batches on all cores, then compute on all cores.
   */
  readonly ahead: boolean;
  /** Normalizes batches of bytes in the engine. Without it, the workers do. */
  readonly normalize?: ((bytes: Uint8Array) => Tensor) | undefined;
}

/** The number of decoded batches of `bytes` in memory: 120 MB of them, and at least one, or two to decode ahead. */
export const batchesInMemory = (bytes: number, ahead: boolean): number =>
  Math.max(ahead ? 2 : 1, Math.floor(120e6 / Math.max(1, bytes)));

export class ImageLoader implements AsyncDisposable {
  /** Height and width of an image inside its border. */
  readonly side: number;
  readonly normalize: ImageLoaderOptions['normalize'];
  readonly preprocessing: Preprocessing;
  /** The number of images so far whose 16-bit grey was clipped to white. */
  clipped = 0;
  readonly #workers: ImageWorkers;
  #memory: SharedArrayBuffer[] = [];
  #lastId = 0;

  constructor(private readonly options: ImageLoaderOptions) {
    const { preprocessing, border, workers, maxPixels = pixelLimit } = options;
    this.side = preprocessing.size + 2 * border;
    this.preprocessing = preprocessing;
    this.normalize = options.normalize;
    this.#workers = new ImageWorkers(workers, { preprocessing, border, maxPixels });
  }

  /**
   * A batch for each of `chunks`, in their order, with the unreadable images listed apart. `files`: the images that the
   * samples index. One caller at a time.
   */
  async *batches(
    chunks: readonly (readonly Sample[])[],
    files: readonly ImageFile[],
  ): AsyncGenerator<ImageBatch> {
    const largest = chunks.reduce((most, { length }) => Math.max(most, length), 0);
    // RandomErasing sets normalized values, which bytes can't hold.
    const asBytes =
      this.normalize !== undefined &&
      !chunks.some((chunk) => chunk.some(({ transform }) => erases(transform)));
    const slots = this.#slotsFor(largest * this.#bytesOf(asBytes), chunks.length);

    const filling: { slot: SharedArrayBuffer; batch: Promise<ImageBatch> }[] = [];
    let next = 0;
    const fill = (slot: SharedArrayBuffer) => {
      const chunk = chunks[next++];
      if (!chunk) return;
      const batch = this.#decode(chunk, files, slot, asBytes);
      batch.catch(() => {}); // rethrown when it is awaited
      filling.push({ slot, batch });
    };
    for (const slot of slots) fill(slot);
    try {
      for (let first = filling.shift(); first; first = filling.shift()) {
        // Alternating: compute when all slots are full, decode when all are used.
        const batch = await span('decode', 'decoding', async () => {
          if (!this.options.ahead) await Promise.all(filling.map(({ batch }) => batch));
          return await first.batch;
        });
        if (batch.samples.length > 0 || batch.unreadable.length > 0) yield batch;
        if (this.options.ahead) fill(first.slot);
        else if (filling.length === 0) for (const slot of slots) fill(slot);
      }
    } finally {
      // After an early stop workers still write: wait, so that their memory is not reused meanwhile.
      await Promise.allSettled(filling.map(({ batch }) => batch));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers[Symbol.asyncDispose]();
  }

  /** Of an image in a batch. */
  #bytesOf(asBytes: boolean): number {
    return asBytes ? 3 * this.preprocessing.size ** 2 : 4 * 3 * this.side ** 2;
  }

  /** Memory for up to `count` batches of `bytes`, which is reused between calls. */
  #slotsFor(bytes: number, count: number): SharedArrayBuffer[] {
    const most = batchesInMemory(bytes, this.options.ahead);
    const needed = Math.min(count, most);
    this.#memory = this.#memory.filter(({ byteLength }) => byteLength >= bytes).slice(0, most);
    while (this.#memory.length < needed) this.#memory.push(new SharedArrayBuffer(bytes));
    return this.#memory.slice(0, needed);
  }

  async #decode(
    samples: readonly Sample[],
    files: readonly ImageFile[],
    slot: SharedArrayBuffer,
    asBytes: boolean,
  ): Promise<ImageBatch> {
    this.#lastId += 1;
    const rowLength = 3 * (asBytes ? this.preprocessing.size : this.side) ** 2;
    const length = samples.length * rowLength;
    const images = asBytes ? new Uint8Array(slot, 0, length) : new Float32Array(slot, 0, length);
    if (this.normalize && !asBytes) images.fill(0); // the border, where bytes were before
    const job: ImageJob = {
      id: this.#lastId,
      items: samples.map(({ index, transform }) => ({ source: files[index]!, transform })),
      images,
      nextRow: new Int32Array(new SharedArrayBuffer(4)),
      timed: imagesAreTimed(),
    };
    const { unreadable, clipped } = await this.#workers.decode(job);
    this.clipped += clipped;
    return withoutUnreadable(samples, images, rowLength, unreadable);
  }
}

/** Closes the gaps of unreadable images in a batch. */
function withoutUnreadable(
  samples: readonly Sample[],
  images: Float32Array | Uint8Array,
  rowLength: number,
  unreadable: ImageJobDone['unreadable'],
): ImageBatch {
  const reasons = new Map(unreadable.map(({ row, reason }) => [row, reason]));
  const kept: Sample[] = [];
  samples.forEach((sample, row) => {
    if (reasons.has(row)) return;
    if (kept.length < row) {
      images.copyWithin(kept.length * rowLength, row * rowLength, (row + 1) * rowLength);
    }
    kept.push(sample);
  });
  return {
    samples: kept,
    images: images.subarray(0, kept.length * rowLength),
    unreadable: [...reasons].map(([row, reason]) => ({ index: samples[row]!.index, reason })),
  };
}
