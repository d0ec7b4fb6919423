// The score of a run's best model on the images of --test.

import type { Context } from '../core/context.js';
import { printable } from '../core/errors.js';
import type { TestSet } from '../data/dataset/testSet.js';
import type { ImageLoader } from '../data/imageLoader.js';
import { inOrder } from '../data/sampler.js';
import type { Network } from '../model/network.js';
import { ImageSource } from '../training/batchSource.js';
import { scoreNetwork } from '../training/evaluateNetwork.js';
import type { TestScore } from '../training/events.js';

interface Tested {
  readonly network: Network;
  readonly loader: ImageLoader;
  readonly batchSize: number;
}

/** The score of `network`. Throws where none of the images can be read, or the signal is aborted. */
export async function scoreTest(
  { folder: data, paths, names, labels }: TestSet,
  { network, loader, batchSize }: Tested,
  { signal, onMessage, onProgress }: Context,
): Promise<TestScore> {
  const source = new ImageSource(loader, paths, (index) => names[index]!);
  const work = scoreNetwork(network, source, inOrder([...paths.keys()]), labels, {
    batchSize,
    signal,
    onPrediction: (_prediction, done, total) => onProgress('Test', done, total, 'images'),
  });
  for (;;) {
    const next = await work.next();
    if (!next.done) {
      if (next.value.event !== 'skipped') continue;
      onMessage(`Skipped ${printable(next.value.file)} of --test: ${next.value.reason}`);
      continue;
    }
    signal?.throwIfAborted();
    const { images, accuracy, loss } = next.value;
    if (images === 0) throw new Error('none of its images can be read');
    return { data, images, skipped: paths.length - images, accuracy, loss };
  }
}
