// A trainer of a narrow network on a few small images, as `alexft train` creates it.

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openTrainingSet } from '../../dist/data/dataset/dataset.js';
import { withDefaults } from '../../dist/options/option.js';
import {
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../../dist/options/train/trainOptions.js';
import type { Saved } from '../../dist/run/run.js';
import { createTrainer } from '../../dist/trainer/trainer.js';
import { narrow, narrowOptions } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';

/** 15 training and 5 validation images, in batches of 4: steps 4, 8 and 12 end an epoch. Disposed of after the test. */
export async function smallTrainer(
  t: TestContext,
  given: Partial<TrainOptions> = {},
  { saved, signal, data }: { saved?: Saved; signal?: AbortSignal; data?: string } = {},
) {
  const folder = data ? join(data, '..') : await temporaryFolder(t);
  const images = data ?? join(folder, 'images');
  if (data === undefined) await drawFolder(images, [10, 10]);
  const defaults = { device: 'wasm', data: images, valSplit: 0.25, epochs: 3, batchSize: 4 } as const;
  const options = withDefaults(trainOptions, { ...narrowOptions, ...defaults, ...given });
  const config = resolveTrainOptions(options);
  const messages: string[] = [];
  const context = { onMessage: (text: string) => messages.push(text), onProgress: () => {}, signal };
  const dataset = await openTrainingSet(config, context);
  const retry = async (batchSize: number) => `batches of ${batchSize}`;
  const request = { dataset, config, saved, startWeights: undefined, widths: narrow, retry };
  const trainer = await createTrainer(request, context);
  t.after(() => trainer[Symbol.asyncDispose]());
  return { folder, images, trainer, config, dataset, context, messages };
}
