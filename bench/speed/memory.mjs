// The bench's second table: the most memory that a training takes, beside the rivals', and whether steps add to it.

import { join } from 'node:path';
import { linkPhotos } from '../links.mjs';
import { memoryOfCommand } from './processes.mjs';
import { batchSize, server, trainCommand } from './sides.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

/** Photos of each training: enough that all has been in memory once that will be. */
const photos = 640;

const trainings = [
  {
    id: 'all',
    title: `all layers, batch ${batchSize}`,
    what: { trainable: 'all', weights: 'features', epochs: 1 },
  },
  {
    id: 'frozen',
    title: `classifier, frozen features, batch ${batchSize}`,
    what: { trainable: 'classifier', weights: 'features', epochs: 1 },
    cached: true,
  },
];

export async function* measureMemory(_options, place, env) {
  const few = { ...place, data: await linkPhotos(place.data, join(place.folder, 'some'), photos) };
  for (const { id, title, what, cached } of trainings) {
    const bytes = {};
    for (const side of ['alexft', 'tutorial', 'best', ...(cached ? ['cached'] : [])]) {
      bytes[side] = await memoryOfCommand(trainCommand(side, few, what), { env });
      say(`  memory, ${title}: ${side} ${(bytes[side] / 1e9).toFixed(2)} GB`);
    }
    yield { id, title: `${title}, ${photos} photos`, bytes };
  }
  yield await growthOverSteps(place);
}

/** Memory after a hundred steps and after a thousand. */
async function growthOverSteps(place) {
  const alexft = server('alexft', place);
  const after = async (count) => (await alexft.ask({ work: 'step', batch: 8, count })).resident;
  const bytes = { 'after 100 steps': await after(100), 'after 1,000 steps': await after(899) };
  await alexft.close();
  say(
    `  memory over steps: ${Object.values(bytes)
      .map((value) => `${(value / 1e6).toFixed(0)} MB`)
      .join(', ')}`,
  );
  return { id: 'steps', title: 'all layers, batch 8, steps', bytes };
}
