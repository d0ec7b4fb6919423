// The worker threads that decode images (imageWorker.ts).

import { Worker } from 'node:worker_threads';
import { thrownInThread } from '../core/errors.js';
import { tellImages } from '../core/spans.js';
import type { Transform } from './augmentation/transform.js';
import type { ImageFile } from './imageFile.js';
import type { PixelBudget } from './pixelBudget.js';
import type { Preprocessing } from './transforms/preprocessing.js';

/** The settings of a worker. */
export interface ImageWorkerSettings {
  readonly preprocessing: Preprocessing;
  readonly border: number;
  readonly budget: PixelBudget;
  readonly maxPixels: number;
}

/** A batch to fill, posted to all workers. */
export interface ImageJob {
  readonly id: number;
  readonly items: readonly { source: ImageFile; transform: Transform }[];
  /** [images, side, side, 3], over shared memory; as bytes without the border and not normalized. */
  readonly images: Float32Array | Uint8Array;
  /** The next free row, in shared memory. */
  readonly nextRow: Int32Array;
  /** Whether to measure each image. */
  readonly timed: boolean;
}

export interface ImageJobDone {
  readonly id: number;
  /** If timed, three for each image: begin, decoded, end (core/spans.ts). */
  readonly times: number[];
  readonly unreadable: { row: number; reason: string }[];
  /** Images whose 16-bit grey was clipped to white. */
  clipped: number;
}

export class ImageWorkers implements AsyncDisposable {
  readonly #workers: Worker[];
  readonly #jobs = new Map<
    number,
    { open: number; done: ImageJobDone; finish: (done: ImageJobDone) => void }
  >();
  readonly #failed: Promise<never>;

  constructor(count: number, settings: Omit<ImageWorkerSettings, 'budget'>) {
    const workerData: ImageWorkerSettings = {
      ...settings,
      budget: new Int32Array(new SharedArrayBuffer(4)),
    };
    this.#workers = Array.from(
      { length: count },
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
    this.#failed.catch(() => {}); // rethrown to the caller that waits for a batch
  }

  /** Fills the job's rows. Rejects where a worker fails. */
  async decode(job: ImageJob): Promise<ImageJobDone> {
    const finished = new Promise<ImageJobDone>((finish) => {
      const done = { id: job.id, times: [], unreadable: [], clipped: 0 };
      this.#jobs.set(job.id, { open: this.#workers.length, done, finish });
    });
    for (const worker of this.#workers) {
      worker.ref();
      worker.postMessage(job);
    }
    return await Promise.race([finished, this.#failed]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #collect(done: ImageJobDone): void {
    const job = this.#jobs.get(done.id)!;
    job.done.unreadable.push(...done.unreadable);
    job.done.clipped += done.clipped;
    job.open -= 1;
    if (job.open > 0) return;
    this.#jobs.delete(done.id);
    if (this.#jobs.size === 0) for (const worker of this.#workers) worker.unref();
    job.finish(job.done);
  }
}
