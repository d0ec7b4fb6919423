// What the bench needs before it can measure: a cache of its own, weights that all sides read, folders of links.

import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../../dist/io/cacheFolder.js';
import { findFeatures } from '../../dist/weights/lpipsJax.js';
import { linkPhotos } from '../links.mjs';
import { timeCommand } from './processes.mjs';
import { alexft, trainCommand } from './sides.mjs';

/** The engine and ImageNet's convolutions, in the user's own cache, where they are not there yet. */
export function setUp({ device }) {
  for (const words of [
    ['setup', '--device', device.split(':')[0]],
    ['weights', 'fetch', 'imagenet-features'],
  ]) {
    const { status } = spawnSync(process.execPath, [alexft, ...words], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`alexft ${words.join(' ')} failed, for the reason above.`);
  }
}

/**
 * A cache beside the user's: the engines and weights are theirs, and features that are kept or forgotten here are not.
 * Returns the environment that names it.
 */
export async function ownCache(folder) {
  const own = join(folder, 'cache');
  await mkdir(own);
  for (const name of await readdir(cacheFolder())) {
    if (name !== 'features') await symlink(join(cacheFolder(), name), join(own, name));
  }
  return { ALEXFT_CACHE: own };
}

/** What the commands of all sides are given. */
export async function preparePlace({ data, device, python }, folder, env) {
  const features = await findFeatures();
  const place = { python, device, data: resolve(data), folder, weights: { features } };
  // A model whose head can be trained alone, and that can predict: how good it is does not matter here.
  const few = { ...place, data: await linkPhotos(data, join(folder, 'few'), 64) };
  await timeCommand(
    trainCommand('alexft', few, { trainable: 'classifier', weights: 'features', epochs: 1 }),
    {
      env,
    },
  );
  await rename(join(folder, 'run', 'model.safetensors'), join(folder, 'classifier.safetensors'));
  place.weights.classifier = join(folder, 'classifier.safetensors');
  place.thousand = await linkPhotos(data, join(folder, 'thousand'), 1000, { classes: false });
  place.one = await linkPhotos(data, join(folder, 'one'), 1, { classes: false });
  return place;
}
