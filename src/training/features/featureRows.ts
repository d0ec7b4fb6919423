// Stores of feature rows.

import { transformKey } from '../../data/augmentation/transform.js';
import type { Sample } from '../../data/sampler.js';
import { totalMemory } from '../../engine/machineMemory.js';

/** Rows of one length, by image and transform. */
export interface FeatureRows {
  has(sample: Sample): boolean;
  /** Copies a stored row into `row`. False where it is missing or damaged, and has to be computed again. */
  read(sample: Sample, row: Float32Array): Promise<boolean>;
  /** Stores the rows of `samples`, concatenated in `values`, as far as there is room. */
  put(samples: readonly Sample[], values: Float32Array): Promise<void>;
  /** Closes files and frees memory. */
  close(): Promise<void>;
}

/** An image under a transform. */
export const keyOf = ({ index, transform }: Sample): string => `${index} ${transformKey(transform)}`;

/** Bytes of memory for the rows of each of `processes`: a share of all memory. */
export const memoryForRows = (processes = 1): number => (totalMemory() * 0.25) / processes;

/** At most `limit` bytes of rows in memory. */
export class MemoryRows implements FeatureRows {
  readonly #rows = new Map<string, Float32Array>();

  constructor(private readonly limit: number) {}

  has(sample: Sample): boolean {
    return this.#rows.has(keyOf(sample));
  }

  async read(sample: Sample, row: Float32Array): Promise<boolean> {
    const stored = this.#rows.get(keyOf(sample));
    if (stored) row.set(stored);
    return stored !== undefined;
  }

  async put(samples: readonly Sample[], values: Float32Array): Promise<void> {
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
