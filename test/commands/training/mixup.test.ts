// --mixup in trainings, with frozen layers and without.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../../dist/core/errors.js';
import type { TrainOptions } from '../../../dist/options/train/trainOptions.js';
import type { TrainingEvent } from '../../../dist/training/events.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { trainNarrow } from '../narrow.js';

const lossesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));

test('mixed images go through the frozen layers; nearly unmixed ones train like images', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  await drawFolder(data, [8, 8]);
  const train = (name: string, more: Partial<TrainOptions>) =>
    trainNarrow({
      ...{ data, device: 'wasm', trainable: 'classifier', valSplit: 0.25, out: join(folder, name) },
      ...more,
    });
  const plain = await train('plain', {});
  const mixup = await train('mixup', { mixup: 1 });
  assert.match(mixup.messages.join('\n'), /--mixup mixes other images in every epoch/);
  assert.notDeepEqual(lossesOf(mixup.events), lossesOf(plain.events));
  const again = await train('again', { mixup: 1, workers: 1 });
  assert.deepEqual(lossesOf(again.events), lossesOf(mixup.events));

  // Shares of nearly 0 or 1: each image is its own, or the one before it.
  const barely = await train('barely', { mixup: 1e-4, trainable: 'all', epochs: 20 });
  assert.equal(barely.events.findLast((event) => event.event === 'epoch')!.valAccuracy, 1);
});

const refused: [Partial<TrainOptions>, RegExp][] = [
  [
    { mixup: 0 },
    /^Expected a number between 0 and 1000 and greater than 0|^Expected a number greater than 0/,
  ],
  [{ mixup: 0.2, reference: 'torch' }, /^--reference torch cannot be combined with --mixup/],
  [{ mixup: 0.2, augment: 'crop', views: 2 }, /^--views caches features, but --mixup mixes other images/],
];

for (const [options, message] of refused) {
  test(`refused: ${JSON.stringify(options)}`, async () => {
    await assert.rejects(
      trainNarrow({ data: 'nowhere', ...options }),
      (error) => error instanceof UserError && message.test(error.message),
    );
  });
}
