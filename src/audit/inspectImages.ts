// Decodes every image of a dataset in worker threads.

import { Worker } from 'node:worker_threads';
import { thrownInThread } from '../core/errors.js';
import type { PixelBudget } from '../data/pixelBudget.js';
import type { ImageHash } from './imageHash.js';
import type { Oddity } from './oddities.js';

/** The `workerData` of auditWorker.ts. */
export interface AuditWorkerSettings {
  readonly paths: readonly string[];
  /** The index of the next path to inspect, in shared memory. */
  readonly next: Int32Array;
  readonly budget: PixelBudget;
}

/** Either `image` or `unreadable` is set. A file that could not be read has no `bytes` and no `sha256`. */
export interface ImageFacts {
  /** File size. */
  readonly bytes?: number;
  readonly sha256?: string;
  readonly image?: {
    readonly width: number;
    readonly height: number;
    readonly oddities: readonly Oddity[];
    readonly hash: ImageHash | undefined;
  };
  /** The reason why the image can't be used. */
  readonly unreadable?: string;
}

export interface ImageFinding {
  readonly index: number;
  readonly facts: ImageFacts;
}

export interface InspectOptions {
  readonly workers: number;
  /** Terminates the workers immediately. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Decodes each of `paths` once, two per worker at a time. Rejects with the signal's reason when it is aborted. */
export async function inspectImages(
  paths: readonly string[],
  { workers: count, signal, onProgress }: InspectOptions,
): Promise<ImageFacts[]> {
  signal?.throwIfAborted();
  const all = new Array<ImageFacts>(paths.length);
  let done = 0;
  const workerData: AuditWorkerSettings = {
    paths,
    next: new Int32Array(new SharedArrayBuffer(4)),
    budget: new Int32Array(new SharedArrayBuffer(4)),
  };
  const workers = Array.from(
    { length: Math.min(count, paths.length) },
    () => new Worker(new URL('./auditWorker.js', import.meta.url), { workerData, execArgv: [] }),
  );
  const exits = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.on('message', ({ index, facts }: ImageFinding) => {
          all[index] = facts;
          done += 1;
          onProgress?.(done, paths.length);
        });
        worker.once('error', (error) => reject(thrownInThread(error)));
        worker.once('exit', () => resolve());
      }),
  );
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal!.reason);
    signal?.addEventListener('abort', abort);
  });
  try {
    await Promise.race([Promise.all(exits), aborted]);
    if (done < paths.length)
      throw new Error(`Workers exited without a result for ${paths.length - done} images`);
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.allSettled([...workers.map((worker) => worker.terminate()), ...exits]);
  }
  return all;
}
