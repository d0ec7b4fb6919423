// Batches of images, decoded by worker threads into bounded shared memory.

import { Worker } from 'node:worker_threads';
import { thrownInThread } from '../core/errors.js';
import { imagesAreTimed, span, tellImages } from '../core/spans.js';
import type { Sample } from './sampler.js';
import type { Preprocessing } from './transforms/preprocessing.js';
import type { Transform } from './transforms/transform.js';

/** What a worker is told once. */
export interface ImageWorkerSettings {
  readonly preprocessing: Preprocessing;
  readonly border: number;
}

/** One batch to fill, sent to all workers at once. */
export interface ImageJob {
  readonly id: number;
  readonly items: readonly { source: string | Uint8Array; transform: Transform }[];
  /** [images, side, side, 3], over shared memory. */
  readonly images: Float32Array;
  /** The next row that no worker has taken yet, in shared memory. */
  readonly nextRow: Int32Array;
  /** Whether to note when each image was worked on. */
  readonly timed: boolean;
}

export interface ImageJobDone {
  readonly id: number;
  /** Where it is timed, for each image three: its begin, when it was decoded, its end (spans.ts). */
  readonly times: number[];
  readonly unreadable: { row: number; reason: string }[];
}

export interface ImageBatch {
  /** The images that could be read, one a row. */
  readonly samples: readonly Sample[];
  /** [samples.length, side, side, 3], float32. Valid until the next batch is asked for. */
  readonly images: Float32Array;
  readonly unreadable: readonly { index: number; reason: string }[];
}

export interface ImageLoaderOptions {
  /** The dataset's images: paths, or the bytes of files. */
  readonly sources: readonly (string | Uint8Array)[];
  readonly preprocessing: Preprocessing;
  /** Zeros around each image: the padding of the network's first layer. */
  readonly border: number;
  readonly workers: number;
  /**
   * Decode while the caller computes. Right beside a GPU; on a CPU the two would fight for the cores, and it is
   * faster to decode a few batches on all cores and then to compute on all cores.
   */
  readonly ahead: boolean;
}

/** The memory for decoded batches, in bytes; two batches are always kept, however large. */
export const batchMemory = 320e6;

export class ImageLoader {
  /** Height and width of an image inside its border. */
  readonly side: number;
  readonly #workers: Worker[];
  readonly #jobs = new Map<
    number,
    { open: number; done: ImageJobDone; finish: (done: ImageJobDone) => void }
  >();
  readonly #failed: Promise<never>;
  #memory: SharedArrayBuffer[] = [];
  #lastId = 0;

  constructor(private readonly options: ImageLoaderOptions) {
    const { preprocessing, border, workers } = options;
    this.side = preprocessing.size + 2 * border;
    const workerData: ImageWorkerSettings = { preprocessing, border };
    this.#workers = Array.from(
      { length: workers },
      () => new Worker(new URL('./imageWorker.js', import.meta.url), { workerData, execArgv: [] }),
    );
    this.#failed = new Promise((_, reject) => {
      for (const [index, worker] of this.#workers.entries()) {
        worker.on('message', (done: ImageJobDone) => {
          tellImages(index + 1, done.times);
          this.#collect(done);
        });
        worker.on('error', (error) => reject(thrownInThread(error)));
        worker.unref();
      }
    });
    this.#failed.catch(() => {}); // whoever waits for a batch is told
  }

  /**
   * A batch for each of `chunks`, in their order; images that can't be read are left out of it, and named in it. One
   * caller at a time.
   */
  async *batches(chunks: readonly (readonly Sample[])[]): AsyncGenerator<ImageBatch> {
    const largest = chunks.reduce((most, { length }) => Math.max(most, length), 0);
    const slots = this.#slotsFor(largest, chunks.length);

    const filling: { slot: Float32Array; batch: Promise<ImageBatch> }[] = [];
    let next = 0;
    const fill = (slot: Float32Array) => {
      const chunk = chunks[next++];
      if (!chunk) return;
      const batch = this.#decode(chunk, slot);
      batch.catch(() => {}); // told when it is its turn
      filling.push({ slot, batch });
    };
    for (const slot of slots) fill(slot);
    try {
      for (let first = filling.shift(); first; first = filling.shift()) {
        // In turns: nobody computes before all slots are full, and nobody decodes before all are used up.
        const batch = await span('decode', 'decoding', async () => {
          if (!this.options.ahead) await Promise.all(filling.map(({ batch }) => batch));
          return await first.batch;
        });
        if (batch.samples.length > 0 || batch.unreadable.length > 0) yield batch;
        if (this.options.ahead) fill(first.slot);
        else if (filling.length === 0) for (const slot of slots) fill(slot);
      }
    } finally {
      // A caller who stops early leaves workers writing: their memory must not be given to anyone else meanwhile.
      await Promise.allSettled(filling.map(({ batch }) => batch));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Up to `count` arrays for `rows` images each, in memory that is kept from one call to the next. */
  #slotsFor(rows: number, count: number): Float32Array[] {
    const bytes = rows * this.side * this.side * 3 * 4;
    const most = Math.max(2, Math.floor(batchMemory / Math.max(1, bytes)));
    const needed = Math.min(count, most);
    this.#memory = this.#memory.filter(({ byteLength }) => byteLength >= bytes).slice(0, most);
    while (this.#memory.length < needed) this.#memory.push(new SharedArrayBuffer(bytes));
    return this.#memory.slice(0, needed).map((memory) => new Float32Array(memory, 0, bytes / 4));
  }

  async #decode(samples: readonly Sample[], images: Float32Array): Promise<ImageBatch> {
    this.#lastId += 1;
    const job: ImageJob = {
      id: this.#lastId,
      items: samples.map(({ index, transform }) => ({ source: this.options.sources[index]!, transform })),
      images,
      nextRow: new Int32Array(new SharedArrayBuffer(4)),
      timed: imagesAreTimed(),
    };
    const finished = new Promise<ImageJobDone>((finish) => {
      this.#jobs.set(job.id, {
        open: this.#workers.length,
        done: { id: job.id, times: [], unreadable: [] },
        finish,
      });
    });
    for (const worker of this.#workers) {
      worker.ref();
      worker.postMessage(job);
    }
    const { unreadable } = await Promise.race([finished, this.#failed]);
    return withoutUnreadable(samples, images, this.side * this.side * 3, unreadable);
  }

  #collect(done: ImageJobDone): void {
    const job = this.#jobs.get(done.id)!;
    job.done.unreadable.push(...done.unreadable);
    job.open -= 1;
    if (job.open > 0) return;
    this.#jobs.delete(done.id);
    if (this.#jobs.size === 0) for (const worker of this.#workers) worker.unref();
    job.finish(job.done);
  }
}

/** Closes the gaps that unreadable images left in a batch. */
function withoutUnreadable(
  samples: readonly Sample[],
  images: Float32Array,
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
