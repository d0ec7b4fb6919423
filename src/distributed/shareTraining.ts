// What a training takes from its group: batches that are computed together, and when to stop.

import { createHash } from 'node:crypto';
import { usageError } from '../core/errors.js';
import type { Group } from '../engine/group/group.js';
import { inputPadding, inputSize } from '../model/alexnet.js';
import type { Network } from '../model/network.js';
import type { BatchSource, ImageSource } from '../training/batchSource.js';
import { featureLayer } from '../training/features/featureSource.js';
import { Agreement } from './agreement.js';
import { computeRequested, RequestedImages } from './sharedFeatures.js';
import { SharedImages } from './sharedImages.js';

interface OwnTraining {
  readonly network: Network;
  /** The index of the first trained layer. */
  readonly first: number;
  readonly images: ImageSource;
  readonly names: readonly string[];
  readonly unreadable: Set<number>;
  /** Stops all ranks. */
  readonly signal: AbortSignal | undefined;
}

export interface SharedTraining {
  /** Aborted when all ranks stop. */
  readonly signal: AbortSignal;
  /** The images that the ranks decode together. */
  readonly images: BatchSource;
  /** Whether the features of frozen layers are computed together, and rank 0 trains alone. */
  readonly sharesFeatures: boolean;
  /** Replaces the training on the other ranks then. */
  compute(): Promise<void>;
  /** On rank 0: ends the other ranks' `compute`. */
  end(): void;
}

/**
 * Shares a training among the ranks of `group`. Where a convolution is trained, every rank trains with its share of
 * each batch. Otherwise the frozen convolutions are most of the work: the ranks compute their outputs together, and
 * rank 0 trains the classifier, which takes the exchange of as many bytes and less work. Throws a usage error where
 * the ranks have other parameters.
 */
export function shareTraining(group: Group, training: OwnTraining): SharedTraining {
  const { network, first, images, names, unreadable, signal } = training;
  const agreement = new Agreement(group, signal);
  requireSameParameters(network, agreement);
  const side = inputSize + 2 * inputPadding;
  const shared = new SharedImages({ images, names, unreadable, shape: [side, side, 3] }, agreement);
  const sharesFeatures = network.layers.slice(first).every(({ type }) => type !== 'Conv2d');
  const requested = new RequestedImages(shared, agreement);
  return {
    signal: agreement.signal,
    images: sharesFeatures ? requested : shared,
    sharesFeatures,
    compute: () => computeRequested(shared, network, featureLayer(network.layers, first), agreement),
    end: () => sharesFeatures && group.rank === 0 && requested.end(),
  };
}

function requireSameParameters(network: Network, agreement: Agreement): void {
  const hash = createHash('sha256');
  for (const [name, tensor] of network.state()) {
    const { data } = tensor; // a copy out of the engine
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const [first, ...others] = agreement.exchange(hash.digest('hex'));
  const different = others.findIndex((other) => other !== first) + 1;
  if (different === 0) return;
  throw usageError(
    `Rank ${different} begins with other weights than rank 0.`,
    'Give the same --weights or --resume on all ranks, and the same files on all machines.',
  );
}
