// What a training takes from its group: batches that are computed together, and when to stop.

import { createHash } from 'node:crypto';
import { usageError } from '../core/errors.js';
import type { Group } from '../engine/group/group.js';
import { inputPadding, inputSize } from '../model/alexnet.js';
import type { Layer } from '../model/layers.js';
import type { Network } from '../model/network.js';
import { outputShape } from '../model/outputShape.js';
import type { BatchSource, ImageSource } from '../training/batchSource.js';
import { featureLayer } from '../training/features/featureSource.js';
import { dividesSteps } from '../training/share.js';
import { Agreement } from './agreement.js';
import { SharedBatches } from './sharedBatches.js';
import { computeRequested, RequestedImages } from './sharedFeatures.js';

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
  /** The images of which this rank stores features of frozen layers. */
  readonly images: BatchSource;
  /** What this rank trains with: a share of the batches of `own`, or all. */
  batches(own: BatchSource): BatchSource;
  /** Replaces the training on ranks that only compute features. */
  readonly compute: (() => Promise<void>) | undefined;
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
  const { network, first, images, signal } = training;
  const { layers } = network;
  const agreement = new Agreement(group, signal);
  requireSameParameters(network, agreement);
  const batches = (source: BatchSource) =>
    new SharedBatches({ ...training, source, shape: inputShape(layers, source.layer) }, agreement);
  if (dividesSteps(layers, first)) {
    return { signal: agreement.signal, images, batches, compute: undefined, end: () => {} };
  }
  const shared = batches(images);
  const requested = new RequestedImages(shared, agreement);
  return {
    signal: agreement.signal,
    images: requested,
    batches: (own) => own,
    compute:
      group.rank === 0
        ? undefined
        : () => computeRequested(shared, network, featureLayer(layers, first), agreement),
    end: () => group.rank === 0 && requested.end(),
  };
}

/** Of one image. The first layer's has a border. */
function inputShape(layers: readonly Layer[], layer: number): number[] {
  const side = inputSize + 2 * inputPadding;
  return layer === 0 ? [side, side, 3] : outputShape(layers, layer);
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
