// Batches that the ranks of a group compute together: each has the same number of images, or of their cached features.

import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../data/sampler.js';
import { type Batch, type BatchSource, isEvent } from '../training/batchSource.js';
import type { SkippedEvent, SourceEvent } from '../training/events.js';
import { padded, rowsOf, shareOf } from '../training/share.js';
import type { Agreement } from './agreement.js';

interface OwnBatchSource {
  readonly source: BatchSource;
  /** Of an input of layer `source.layer`. */
  readonly shape: readonly number[];
  /** The names of all images in messages. */
  readonly names: readonly string[];
  /** The images that are known to be unreadable; the same on all ranks, until `source` adds its own. */
  readonly unreadable: Set<number>;
}

export class SharedBatches implements BatchSource {
  readonly layer: number;
  readonly #indices: ReadonlyMap<string, number>;
  /** Those that all ranks know. */
  readonly #agreed: Set<number>;

  constructor(
    private readonly own: OwnBatchSource,
    private readonly agreement: Agreement,
  ) {
    this.layer = own.source.layer;
    this.#indices = new Map(own.names.map((name, index) => [name, index]));
    this.#agreed = new Set(own.unreadable);
  }

  /** All ranks call it with the same chunks. It ends early where they agree to stop. */
  async *batches(all: Iterable<readonly Sample[]>): AsyncGenerator<Batch | SourceEvent> {
    const { agreement } = this;
    const { rank, worldSize } = agreement.group;
    const chunks = [...all].map((chunk) => chunk.filter(this.#isReadable));
    const shares = chunks.map((chunk) =>
      Array.from({ length: worldSize }, (_, each) => shareIn(chunk, each, worldSize)),
    );
    const own = new OwnBatches(this.own.source.batches(shares.map((share) => share[rank]!)));
    try {
      for (const [index, share] of shares.entries()) {
        if (chunks[index]!.length === 0) continue;
        const { inputs, skipped } = await own.batch(index);
        const found = agreement
          .exchange(skipped.length > 0 ? skipped : undefined)
          .flatMap((each) => each ?? []);
        if (agreement.signal.aborted) return;
        yield* this.#agree(found);
        const readable = share.map((each) => each.filter(this.#isReadable));
        const batch = readable.flat();
        if (batch.length === 0) continue;
        const counts = readable.map(({ length }) => length);
        const rows = tf.tidy(() => padded(inputs ?? tf.zeros([0, ...this.own.shape]), rowsOf(counts)));
        try {
          yield { index, inputs: rows, samples: batch, share: shareOf(agreement.group, counts) };
        } finally {
          rows.dispose();
        }
      }
    } finally {
      await own.end();
    }
  }

  readonly #isReadable = ({ index }: Sample): boolean => !this.#agreed.has(index);

  *#agree(found: readonly SkippedEvent[]): Generator<SkippedEvent> {
    for (const event of found) {
      const index = this.#indices.get(event.file)!;
      this.#agreed.add(index);
      this.own.unreadable.add(index);
      yield event;
    }
  }
}

/** The share of a rank in a chunk: consecutive samples. */
const shareIn = (chunk: readonly Sample[], rank: number, worldSize: number): Sample[] => {
  const from = (each: number) => Math.floor((each * chunk.length) / worldSize);
  return chunk.slice(from(rank), from(rank + 1));
};

/** The batches of this rank, which has none of a batch where it has no readable image in it. */
class OwnBatches {
  readonly #items: AsyncGenerator<Batch | SourceEvent>;
  /** A batch that was reached too early. */
  #ahead: Batch | undefined;

  constructor(items: AsyncGenerator<Batch | SourceEvent>) {
    this.#items = items;
  }

  /** The inputs of the batch `index`, until the next call, and the files that were found unreadable on the way. */
  async batch(index: number): Promise<{ inputs: tf.Tensor | undefined; skipped: SkippedEvent[] }> {
    const skipped: SkippedEvent[] = [];
    while (!this.#ahead || this.#ahead.index < index) {
      const { value, done } = await this.#items.next();
      if (done) return { inputs: undefined, skipped };
      if (!isEvent(value)) this.#ahead = value;
      else if (value.event === 'skipped') skipped.push(value);
    }
    return { inputs: this.#ahead.index === index ? this.#ahead.inputs : undefined, skipped };
  }

  async end(): Promise<void> {
    await this.#items.return(undefined);
  }
}
