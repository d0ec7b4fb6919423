// A look at every image of a set, by worker threads.

import { Worker } from 'node:worker_threads';
import { thrownInThread } from '../core/errors.js';
import type { Look } from './imageHash.js';
import type { Oddity } from './oddities.js';

/** What a worker is told once. */
export interface AuditWorkerSettings {
  readonly paths: readonly string[];
  /** The next path that no worker has taken yet, in shared memory. */
  readonly next: Int32Array;
}

/** What is known of a file. `image` or `unreadable` is there; what could not be read has no bytes and no hash. */
export interface ImageFacts {
  readonly bytes?: number;
  /** Of its bytes. */
  readonly sha256?: string;
  readonly image?: {
    readonly width: number;
    readonly height: number;
    readonly oddities: readonly Oddity[];
    readonly look: Look | undefined;
  };
  /** Why it can't be used. */
  readonly unreadable?: string;
}

export interface ImageFinding {
  readonly index: number;
  readonly facts: ImageFacts;
}

export interface InspectOptions {
  readonly workers: number;
  /** Ends it at once, whatever the workers do. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads and decodes each of `paths` once. In memory at a time are two images for each worker, and the facts. Rejects
 * with the signal's reason when it is given.
 */
export async function inspectImages(
  paths: readonly string[],
  { workers: count, signal, onProgress }: InspectOptions,
): Promise<ImageFacts[]> {
  signal?.throwIfAborted();
  const all = new Array<ImageFacts>(paths.length);
  let done = 0;
  const workerData: AuditWorkerSettings = { paths, next: new Int32Array(new SharedArrayBuffer(4)) };
  const workers = Array.from(
    { length: Math.min(count, paths.length) },
    () => new Worker(new URL('./auditWorker.js', import.meta.url), { workerData, execArgv: [] }),
  );
  const ends = workers.map(
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
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal!.reason);
    signal?.addEventListener('abort', stop);
  });
  try {
    await Promise.race([Promise.all(ends), stopped]);
    if (done < paths.length) throw new Error(`${paths.length - done} images were left without an answer`);
  } finally {
    signal?.removeEventListener('abort', stop);
    await Promise.allSettled([...workers.map((worker) => worker.terminate()), ...ends]);
  }
  return all;
}
