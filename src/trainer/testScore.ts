// The score of a run's best model on the images of --test.

import type { Context } from '../core/context.js';
import { printable, reasonOf } from '../core/errors.js';
import { span } from '../core/spans.js';
import type { TestSet } from '../data/dataset/testSet.js';
import type { ImageLoader } from '../data/imageLoader.js';
import { inOrder } from '../data/sampler.js';
import { fromTorch } from '../model/layout.js';
import type { Network } from '../model/network.js';
import { ImageSource } from '../training/batchSource.js';
import { scoreNetwork } from '../training/evaluateNetwork.js';
import type { TestScore } from '../training/events.js';
import { readModel } from '../weights/modelFile.js';

interface Tested {
  readonly network: Network;
  readonly loader: ImageLoader;
  readonly batchSize: number;
}

/**
 * Loads the best model of the run in `folder` into `network` and scores it. Undefined, with a message, where it can't:
 * the run itself succeeded.
 */
export async function scoreTest(
  set: TestSet,
  folder: string,
  tested: Tested,
  context: Context,
): Promise<TestScore | undefined> {
  try {
    return await span('test', 'other', () => score(set, folder, tested, context));
  } catch (error) {
    const why = context.signal?.aborted ? 'interrupted' : reasonOf(error);
    context.onMessage(
      `The run is complete, but --test was not evaluated: ${why}. To evaluate it: ` +
        `alexft evaluate --data ${printable(set.folder)} --model ${printable(folder)}`,
    );
    return undefined;
  }
}

async function score(
  { folder: data, paths, names, labels }: TestSet,
  folder: string,
  { network, loader, batchSize }: Tested,
  { signal, onMessage, onProgress }: Context,
): Promise<TestScore> {
  await loadBest(folder, network);
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

/** Replaces the parameters of `network` with those of the best model of the run in `folder`. */
export async function loadBest(folder: string, network: Network): Promise<void> {
  const { tensors } = await readModel(folder);
  for (const [name, parameter] of network.parameters) parameter.assign(fromTorch(tensors.get(name)!).data);
}
