// Features that are kept in the cache: the same bits with and without, in this run and the next.

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { clearCache, listCache } from '../../../dist/commands/cache.js';
import { cacheFolder } from '../../../dist/io/cacheFolder.js';
import type { TrainOptions } from '../../../dist/options/train/trainOptions.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { trainNarrow } from '../../commands/narrow.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';

// A cache of this file's own, before an engine is opened: a process knows the native one by its place.
const cache = await mkdtemp(join(tmpdir(), 'alexft-test-'));
await symlink(join(cacheFolder(), 'engines'), join(cache, 'engines'));
process.env.ALEXFT_CACHE = cache;
after(() => rm(cache, { recursive: true }));

for (const { device, skip } of await engines()) {
  test(`trained with the cache, again, in parts, and without: the same bits (${device})`, {
    skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    await clearCache(['features']);
    const data = join(folder, 'images');
    const { paths } = await drawFolder(data, [9, 9]);
    await writeFile(paths[4]!, 'no image');
    const options = { data, device, trainable: 'classifier', epochs: 3, maxBad: 1 } as const;
    const trained = async (name: string, more: Partial<TrainOptions>) => {
      const out = join(folder, name);
      const { events, messages } = await trainNarrow({ ...options, ...more, out });
      const { tensors } = await readModel(join(out, 'last.safetensors'));
      const steps = events.filter(({ event }) => event === 'step' || event === 'skipped');
      const made = countOf(events, 'features');
      return { tensors, steps, made, messages };
    };
    const plain = await trained('plain', { cacheLimit: '0' });
    assert.deepEqual(await readdir(join(cache, 'features')).catch(() => []), []);

    const first = await trained('first', { cacheLimit: '1GB' });
    const again = await trained('again', { cacheLimit: '1GB' });
    // Room for some rows alone: 8 channels of 6 x 6 float32.
    await clearCache(['features']);
    const some = await trained('some', { cacheLimit: `${5 * 8 * 36 * 4}B` });
    for (const run of [first, again, some]) {
      assert.deepEqual(run.tensors, plain.tensors);
      assert.deepEqual(run.steps, plain.steps);
    }
    assert.ok(first.made > 0);
    assert.equal(again.made, 0, 'nothing was made again');
    assert.match(again.messages.join(), /Features of 17 of 18 images are in the cache/);
    assert.ok(some.made > 0);
    const [features] = await listCache();
    assert.equal(features!.name, 'features');
    assert.ok(features!.bytes > 0);

    // The same images under other names, and a place that is no folder.
    await clearCache(['features']);
    await trained('filled', { cacheLimit: '1GB' });
    const moved = join(folder, 'moved');
    for (const [index, path] of paths.entries()) {
      await mkdir(join(moved, index < 9 ? 'class-0' : 'class-1'), { recursive: true });
      await copyFile(path, join(moved, path.slice(data.length + 1)));
    }
    const elsewhere = await trained('elsewhere', { cacheLimit: '1GB', data: moved });
    assert.deepEqual(elsewhere.tensors, plain.tensors);
    assert.equal(elsewhere.made, 0);
    await rm(join(cache, 'features'), { recursive: true });
    await writeFile(join(cache, 'features'), '');
    t.after(() => rm(join(cache, 'features'), { force: true }));
    const nowhere = await trained('nowhere', { cacheLimit: '1GB' });
    assert.deepEqual(nowhere.tensors, plain.tensors);
    assert.match(nowhere.messages.join(), /Features can't be cached in/);
  });
}

test('classes exchanged under the same names, sizes and times are trained on as they are now', async (t) => {
  const folder = await temporaryFolder(t);
  await clearCache(['features']);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [9, 9]);
  const bitmaps = paths.map((path) => path.replace(/png$/, 'ppm'));
  const toBitmap = async (path: string) => {
    const raw = await sharp(path).raw().toBuffer();
    return Buffer.concat([Buffer.from('P6 40 30 255\n'), raw]);
  };
  const contents = await Promise.all(paths.map(toBitmap));
  const time = new Date(1_700_000_000_000);
  const lay = async (order: readonly number[]) => {
    for (const [index, path] of bitmaps.entries()) {
      await writeFile(path, contents[order[index]!]!);
      await utimes(path, time, time);
    }
  };
  const trained = async (name: string, more: Partial<TrainOptions> = {}) => {
    const out = join(folder, name);
    const { events } = await trainNarrow({
      ...{ data, device: 'wasm', trainable: 'classifier', cacheLimit: '1GB', ...more, out },
    });
    return { losses: events.filter(({ event }) => event === 'step'), made: countOf(events, 'features') };
  };
  for (const path of paths) await rm(path);
  const order = [...paths.keys()];
  await lay(order);
  const before = await trained('before');
  await lay(order.map((index) => (index + 9) % 18));
  const fresh = await trained('fresh', { cacheLimit: '0' });
  const after = await trained('after');
  assert.deepEqual(after.losses, fresh.losses);
  assert.notDeepEqual(after.losses, before.losses);
  assert.ok(before.made > 0);
});

const countOf = (events: readonly { event: string }[], kind: string) =>
  events.filter(({ event }) => event === kind).length;
