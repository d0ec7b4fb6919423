// Gathers the images of concurrent requests into batches, of which the engine computes one at a time.

import { Unavailable } from './engineProcess.js';
import type { EngineAnswer, EngineImage } from './messages.js';

export interface BatchLimits {
  /** Images in a batch. */
  readonly maxBatch: number;
  /** A batch that is not full is computed when no image has arrived for this time, in milliseconds. */
  readonly maxWait: number;
  /** Images that wait. */
  readonly maxQueue: number;
}

interface Waiting {
  readonly image: EngineImage;
  resolve(answer: EngineAnswer): void;
  reject(reason: unknown): void;
}

export class BatchQueue {
  /** Batches so far. */
  batches = 0;
  #waiting: Waiting[] = [];
  #working = false;
  #onFull = (): void => {};

  constructor(
    private readonly compute: (images: readonly EngineImage[]) => Promise<readonly EngineAnswer[]>,
    private readonly limits: BatchLimits,
  ) {}

  /** The number of images that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * One answer for each image, in their order. Throws Unavailable if they don't fit into the queue or the engine ends,
   * and the signal's reason if it is aborted before; waiting images then leave the queue.
   */
  async predict(images: readonly EngineImage[], signal: AbortSignal): Promise<EngineAnswer[]> {
    signal.throwIfAborted();
    const { maxBatch, maxQueue } = this.limits;
    if (this.#waiting.length + images.length > maxQueue) {
      throw new Unavailable(`The queue is full: ${this.#waiting.length} images wait.`);
    }
    const entries: Waiting[] = [];
    const answers = images.map(
      (image) =>
        new Promise<EngineAnswer>((resolve, reject) => {
          entries.push({ image, resolve, reject });
        }),
    );
    this.#waiting.push(...entries);
    signal.addEventListener(
      'abort',
      () => {
        this.#waiting = this.#waiting.filter((entry) => !entries.includes(entry));
        for (const { reject } of entries) reject(signal.reason);
      },
      { once: true },
    );
    if (this.#waiting.length >= maxBatch) this.#onFull();
    if (!this.#working) void this.#work();
    return await Promise.all(answers);
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#waiting.splice(0, this.limits.maxBatch);
      if (batch.length === 0) break; // all have left
      this.batches += 1;
      try {
        const answers = await this.compute(batch.map(({ image }) => image));
        for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#working = false;
  }

  /** Waits until the batch is full, or no image has arrived for `maxWait`. */
  async #gather(): Promise<void> {
    const { maxBatch, maxWait } = this.limits;
    for (let before = 0; before < this.#waiting.length && this.#waiting.length < maxBatch; ) {
      before = this.#waiting.length;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => setImmediate(resolve), maxWait); // after reading what has arrived
        this.#onFull = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#onFull = () => {};
  }
}
