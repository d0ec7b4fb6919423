import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { withDecoded } from '../../dist/data/pixelBudget.js';
import { inOrder } from '../../dist/data/sampler.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();

/** White, and a few bytes long. */
const bitmap = (width: number, height: number, bytes = Math.ceil(width / 8) * height) =>
  Buffer.concat([Buffer.from(`P4\n${width} ${height}\n`), Buffer.alloc(bytes)]);

test('huge images are decoded one at a time, however many workers there are', async () => {
  const huge = await grey(13000, 10000);
  const files = [huge, huge, huge, huge];
  const settings = { preprocessing: imageNetPreprocessing, border: 2, workers: 4, ahead: false };
  await using loader = new ImageLoader(settings);
  for await (const { samples } of loader.batches([inOrder([0, 1, 2, 3])], files)) {
    assert.equal(samples.length, 4);
  }
  // 390 MB of pixels each.
  const peak = process.resourceUsage().maxRSS * 1024;
  assert.ok(peak < 1e9, `${Math.round(peak / 1e6)} MB`);
});

test('only large images are counted, until they have been used', async () => {
  const budget = new Int32Array(new SharedArrayBuffer(4));
  const counted = (source: Uint8Array) => withDecoded(source, { budget }, () => budget[0]);
  assert.equal(await counted(await grey(40, 30)), 0);
  assert.equal(await counted(await grey(2500, 2000)), 5e6);
  assert.equal(await counted(bitmap(2500, 2000)), 5e6);
  assert.equal(budget[0], 0);

  const large = await grey(2500, 2000);
  const failing = withDecoded(large, { budget }, () => {
    throw new Error('of the caller');
  });
  await assert.rejects(failing, /of the caller/);
  await assert.rejects(counted(large.subarray(0, large.length / 2)), /^UnreadableImage: truncated$/);
  await assert.rejects(counted(bitmap(2500, 2000, 100)), /^UnreadableImage: truncated$/);
  await assert.rejects(counted(bitmap(20000, 10000, 100)), /more than 178,956,970 pixels$/);
  assert.equal(budget[0], 0);
});

test('an image waits until the budget has its pixels', async () => {
  const budget = new Int32Array(new SharedArrayBuffer(4));
  budget[0] = 175e6;
  let used = false;
  const waiting = withDecoded(bitmap(2500, 2000), { budget }, () => {
    used = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(!used);
  Atomics.sub(budget, 0, 175e6);
  await waiting;
  assert.ok(used);
});
