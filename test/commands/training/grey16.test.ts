// --grey16: images in 16-bit grey, all of whose values Pillow clips to white.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { predict } from '../../../dist/commands/models/predict.js';
import type { ImageResult } from '../../../dist/inference/predictResult.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { setEnvironment, temporaryFolder } from '../../support.js';
import { only, trainNarrow } from '../narrow.js';

/** Two classes, dark and bright, without a value below 256. */
async function writeGreyFolder(folder: string): Promise<void> {
  for (const [name, level] of Object.entries({ dark: 5000, bright: 50_000 })) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const values = Uint16Array.from(
        { length: 1200 },
        (_, at) => level + ((at * 7919 + i * 104_729) % 4000),
      );
      await sharp(values, { raw: { width: 40, height: 30, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toFile(join(folder, name, `${i}.png`));
    }
  }
}

async function predictAll(folder: string, model: string) {
  const messages: string[] = [];
  const context = { onMessage: (message: string) => messages.push(message), onProgress: () => {} };
  const results: ImageResult[] = [];
  for await (const result of predict([folder], { model, noSetup: true, device: 'wasm' }, context))
    results.push(result);
  return { results, messages };
}

test('a training and predictions warn of clipped values; scale learns them, and its model scales', async (t) => {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache') });
  const data = join(folder, 'data');
  await writeGreyFolder(data);
  const options = {
    data,
    device: 'wasm',
    epochs: 40,
    lr: 0.01,
    valSplit: 0.25,
    trainable: 'classifier',
  } as const;
  const cached = { ...options, cacheLimit: '1GB' };

  const clip = await trainNarrow({ ...cached, out: join(folder, 'clip') });
  assert.match(
    clip.messages.join('\n'),
    /16-bit grey \(16\): bright\/0\.png.* become white.* --grey16 scale/,
  );
  assert.equal(clip.events.findLast((event) => event.event === 'epoch')?.valAccuracy, 0.5);
  const clipped = await predictAll(data, join(folder, 'clip'));
  assert.match(clipped.messages.join('\n'), /16 images in 16-bit grey: .* became white.* --grey16 scale/);

  // In the same cache: its features are others.
  const scale = await trainNarrow({ ...cached, grey16: 'scale', out: join(folder, 'scale') });
  assert.doesNotMatch(scale.messages.join('\n'), /16-bit grey|in the cache/);
  assert.equal(scale.events.findLast((event) => event.event === 'epoch')?.valAccuracy, 1);
  assert.equal(only(scale.events, 'start').options.grey16, 'scale');
  assert.equal((await readModel(join(folder, 'scale'))).preprocessing.grey16, 'scale');

  const scaled = await predictAll(data, join(folder, 'scale'));
  assert.doesNotMatch(scaled.messages.join('\n'), /16-bit grey/);
  for (const result of scaled.results) {
    assert.ok('label' in result);
    assert.ok(result.file.includes(`/${result.label}/`), result.file);
  }
});
