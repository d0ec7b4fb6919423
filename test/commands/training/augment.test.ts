// --augment with crop, jitter and erase, and --views.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../../dist/core/errors.js';
import type { TrainOptions } from '../../../dist/options/train/trainOptions.js';
import type { TrainingEvent } from '../../../dist/training/events.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { setEnvironment, temporaryFolder } from '../../support.js';
import { trainNarrow } from '../narrow.js';

const augment = 'flip,crop:0.5,jitter:0.3,erase:0.5';

const lossesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));

/** In each epoch, the images whose features were computed. */
function computedOf(events: readonly TrainingEvent[]): number[] {
  const computed = [0];
  for (const event of events) {
    if (event.event === 'features') computed[computed.length - 1] = event.done;
    if (event.event === 'epoch') computed.push(0);
  }
  return computed.slice(0, -1);
}

test('features of random transforms are computed in every epoch; --views caches as many', async (t) => {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache') });
  const [data, val] = [join(folder, 'data'), join(folder, 'val')];
  await drawFolder(data, [8, 8]);
  await drawFolder(val, [2, 2]);
  const options: Partial<TrainOptions> = {
    ...{ data, val, device: 'wasm', trainable: 'classifier', cacheLimit: '1GB', epochs: 4, augment },
  };
  const train = (name: string, more: Partial<TrainOptions> = {}) =>
    trainNarrow({ ...options, ...more, out: join(folder, name) });

  const endless = await train('endless');
  assert.match(endless.messages.join('\n'), /another view in every epoch.* --views 4 would/);
  assert.deepEqual(computedOf(endless.events).slice(1), [16, 16, 16]); // the validation's are cached
  const again = await train('again', { workers: 1 });
  assert.deepEqual(lossesOf(again.events), lossesOf(endless.events));
  assert.deepEqual(computedOf(again.events), [16, 16, 16, 16]);

  const views = await train('views', { views: 2 });
  assert.doesNotMatch(views.messages.join('\n'), /another view/);
  assert.deepEqual(computedOf(views.events), [16, 16, 0, 0]);
  assert.deepEqual(lossesOf(views.events).slice(0, 4), lossesOf(endless.events).slice(0, 4));
  assert.notDeepEqual(lossesOf(views.events).slice(4), lossesOf(endless.events).slice(4));
  const cached = await train('cached', { views: 2 });
  assert.deepEqual(computedOf(cached.events), [0, 0, 0, 0]);
  assert.deepEqual(lossesOf(cached.events), lossesOf(views.events));
});

const refused: [Partial<TrainOptions>, RegExp][] = [
  [{ augment: 'flip,zoom' }, /^Expected none, or a list of flip, crop:SCALE .* but received 'flip,zoom'/],
  [{ views: 3 }, /^--views needs crop, jitter or erase, but --augment is flip/],
  [{ views: 3, augment, trainable: 'all' }, /^--views caches .* but --trainable is all/],
  [{ augment: 'crop', reference: 'torch' }, /^--reference torch cannot be combined with --augment crop/],
];

for (const [options, message] of refused) {
  test(`refused: ${JSON.stringify(options)}`, async () => {
    await assert.rejects(
      trainNarrow({ data: 'nowhere', ...options }),
      (error) => error instanceof UserError && message.test(error.message),
    );
  });
}
