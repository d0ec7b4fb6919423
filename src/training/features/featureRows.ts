// Where the rows of features are that were made before.

import type { Draw } from '../../data/draws.js';
import { totalMemory } from '../../engine/machineMemory.js';

/** Rows of one length, by picture and flip. */
export interface FeatureRows {
  has(draw: Draw): boolean;
  /** Copies a row that is kept into `row`. False where it is not, or turned out to be damaged: it is to be made again. */
  read(draw: Draw, row: Float32Array): Promise<boolean>;
  /** Keeps the rows of `draws`, which stand in `values` one behind the other, as far as there is room. */
  keep(draws: readonly Draw[], values: Float32Array): Promise<void>;
  /** Lets go of what they are in. */
  close(): Promise<void>;
}

/** Two looks at a picture: as it is, and mirrored. */
export const keyOf = ({ sample, flip }: Draw): number => sample * 2 + (flip ? 1 : 0);

/** Bytes of memory that rows may take: a share of all. */
export const memoryForRows = (): number => totalMemory() * 0.25;

/** Rows in memory, for as long as the process lives: `limit` bytes of them. */
export class MemoryRows implements FeatureRows {
  readonly #rows = new Map<number, Float32Array>();

  constructor(private readonly limit: number) {}

  has(draw: Draw): boolean {
    return this.#rows.has(keyOf(draw));
  }

  async read(draw: Draw, row: Float32Array): Promise<boolean> {
    const kept = this.#rows.get(keyOf(draw));
    if (kept) row.set(kept);
    return kept !== undefined;
  }

  async keep(draws: readonly Draw[], values: Float32Array): Promise<void> {
    const length = values.length / draws.length;
    const room = Math.floor(this.limit / (length * Float32Array.BYTES_PER_ELEMENT)) - this.#rows.size;
    for (const [index, draw] of draws.slice(0, Math.max(0, room)).entries()) {
      this.#rows.set(keyOf(draw), values.slice(index * length, (index + 1) * length));
    }
  }

  async close(): Promise<void> {
    this.#rows.clear();
  }
}
