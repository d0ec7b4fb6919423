// train --group-duplicates: images that look the same are on one side of the split, also where the run is resumed.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { check } from '../../../dist/commands/check.js';
import { colouredImage } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { only, trainNarrow } from '../narrow.js';

const classes = ['a', 'b'];
const perClass = 10;

/** Photo-like images, each with a smaller JPEG of it. */
async function drawPairs(folder: string): Promise<void> {
  for (const [label, name] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let index = 0; index < perClass; index++) {
      const noise = await colouredImage(0.3, 1000 * label + index, 12, 9);
      const image = sharp(await sharp(noise).normalise().png().toBuffer());
      const photo = await image.resize(200, 150, { kernel: 'cubic', fit: 'fill' }).png().toBuffer();
      await sharp(photo).toFile(join(folder, name, `${index}.png`));
      await sharp(photo)
        .resize(120, 90)
        .jpeg()
        .toFile(join(folder, name, `${index}-small.jpg`));
    }
  }
}

interface SplitRecord {
  readonly together?: string[][];
  readonly files: { readonly file: string; readonly side: string }[];
}

async function splitOf(run: string) {
  const { together = [], files } = JSON.parse(await readFile(join(run, 'split.json'), 'utf8')) as SplitRecord;
  const sideOf = new Map(files.map(({ file, side }) => [file, side]));
  const apart = classes
    .flatMap((name) => Array.from({ length: perClass }, (_, index) => `${name}/${index}`))
    .filter((path) => sideOf.get(`${path}.png`) !== sideOf.get(`${path}-small.jpg`));
  return { together, apart, files };
}

test('similar images are on one side, and a resumed run has the same split', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  await drawPairs(data);
  const base = { data, device: 'wasm', epochs: 2, valSplit: 0.3 } as const;
  const [exact, similar] = [join(folder, 'exact'), join(folder, 'similar')];
  await trainNarrow({ ...base, epochs: 1, out: exact });
  assert.notDeepEqual((await splitOf(exact)).apart, []);

  const controller = new AbortController();
  const stopped = await trainNarrow(
    { ...base, out: similar, groupDuplicates: 'similar' },
    { signal: controller.signal, onEvent: ({ event }) => event === 'epoch' && controller.abort() },
  );
  const before = await splitOf(similar);
  assert.deepEqual(before.apart, []);
  assert.equal(before.together.length, classes.length * perClass);
  assert.equal(before.files.filter(({ side }) => side === 'validation').length, 12);
  assert.ok(
    stopped.messages.includes('Images that look alike: 20 groups, each on one side of the split.'),
    stopped.messages.join('\n'),
  );

  const { events } = await trainNarrow({ resume: similar });
  assert.equal(only(events, 'done').epochs, 2);
  assert.deepEqual(await splitOf(similar), before);

  const { split, onBothSides } = await check({ data, valSplit: 0.3, groupDuplicates: 'similar' });
  assert.deepEqual([split?.validation, onBothSides], [12, []]);
  assert.notDeepEqual((await check({ data, valSplit: 0.3 })).onBothSides, []);
});

test('similar needs a split with groups', async () => {
  const usage = { name: 'UserError', exitCode: 2 };
  const base = { data: 'x', groupDuplicates: 'similar', dryRun: true } as const;
  for (const other of [{ val: 'y' }, { split: 'torch' }, { reference: 'torch' }] as const) {
    await assert.rejects(trainNarrow({ ...base, ...other }), usage);
  }
});
