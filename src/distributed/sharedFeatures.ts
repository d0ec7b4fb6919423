// Frozen features that the ranks of a group compute together. Rank 0 alone has the cache and trains: it says which
// images it needs, and the others compute their share.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { chunksOf, type Sample } from '../data/sampler.js';
import { GroupFailure } from '../engine/group/failure.js';
import type { Network } from '../model/network.js';
import { type Batch, type BatchSource, isEvent } from '../training/batchSource.js';
import type { SourceEvent } from '../training/events.js';
import { frozenOutputs } from '../training/features/featureSource.js';
import type { Agreement } from './agreement.js';
import type { SharedBatches } from './sharedBatches.js';

/** What rank 0 needs next. */
type Request = readonly (readonly Sample[])[] | 'end';

/** The images of rank 0, of which the others compute their shares. */
export class RequestedImages implements BatchSource {
  readonly layer = 0;
  /** Whether the other ranks compute. */
  #isBusy = false;

  constructor(
    private readonly images: SharedBatches,
    private readonly agreement: Agreement,
  ) {}

  /** Each rank has as many images of a batch as one process would. */
  async *batches(all: Iterable<readonly Sample[]>): AsyncGenerator<Batch | SourceEvent> {
    if (this.agreement.signal.aborted) return; // the others have ended
    const request = [...chunksOf([...all], this.agreement.group.worldSize)].map((chunks) => chunks.flat());
    this.#isBusy = true;
    this.agreement.exchange<Request>(request);
    if (!this.agreement.signal.aborted) yield* this.images.batches(request);
    this.#isBusy = false;
  }

  /** Lets the other ranks end. Where this rank has failed in the middle of a request, they fail, too. */
  end(): void {
    if (this.#isBusy || this.agreement.signal.aborted) return;
    try {
      this.agreement.exchange<Request>('end');
    } catch (error) {
      if (!(error instanceof GroupFailure)) throw error; // this rank has what it needs
    }
  }
}

/** On the other ranks: computes the outputs of the layers before `layer` until rank 0 needs no more. */
export async function computeRequested(
  images: SharedBatches,
  network: Network,
  layer: number,
  agreement: Agreement,
): Promise<void> {
  while (!agreement.signal.aborted) {
    const request = agreement.exchange<Request>()[0];
    if (request === undefined || request === 'end' || agreement.signal.aborted) return;
    await nextTurn(); // a handler of signals would never run where all features are cached
    for await (const item of images.batches(request)) {
      if (!isEvent(item)) frozenOutputs(network, item, { from: images.layer, to: layer }).dispose();
    }
  }
}
