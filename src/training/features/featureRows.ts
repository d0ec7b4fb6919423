// Where the rows of features are that were made before.

import type { Sample } from '../../data/sampler.js';
import { transformKey } from '../../data/transforms/transform.js';
import { totalMemory } from '../../engine/machineMemory.js';

/** Rows of one length, by image and flip. */
export interface FeatureRows {
  has(sample: Sample): boolean;
  /** Copies a row that is kept into `row`. False where it is not, or turned out to be damaged: it is to be made again. */
  read(sample: Sample, row: Float32Array): Promise<boolean>;
  /** Keeps the rows of `samples`, which stand in `values` one behind the other, as far as there is room. */
  keep(samples: readonly Sample[], values: Float32Array): Promise<void>;
  /** Lets go of what they are in. */
  close(): Promise<void>;
}

/** An image under a transform. */
export const keyOf = ({ index, transform }: Sample): string => `${index} ${transformKey(transform)}`;

/** Bytes of memory that rows may take: a share of all. */
export const memoryForRows = (): number => totalMemory() * 0.25;

/** Rows in memory, for as long as the process lives: `limit` bytes of them. */
export class MemoryRows implements FeatureRows {
  readonly #rows = new Map<string, Float32Array>();

  constructor(private readonly limit: number) {}

  has(sample: Sample): boolean {
    return this.#rows.has(keyOf(sample));
  }

  async read(sample: Sample, row: Float32Array): Promise<boolean> {
    const kept = this.#rows.get(keyOf(sample));
    if (kept) row.set(kept);
    return kept !== undefined;
  }

  async keep(samples: readonly Sample[], values: Float32Array): Promise<void> {
    const length = values.length / samples.length;
    const room = Math.floor(this.limit / (length * Float32Array.BYTES_PER_ELEMENT)) - this.#rows.size;
    for (const [index, sample] of samples.slice(0, Math.max(0, room)).entries()) {
      this.#rows.set(keyOf(sample), values.slice(index * length, (index + 1) * length));
    }
  }

  async close(): Promise<void> {
    this.#rows.clear();
  }
}
