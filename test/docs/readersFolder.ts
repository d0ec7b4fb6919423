// A folder with every path that the documents name: few and small images, the whole AlexNet.

import { cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import sharp from 'sharp';
import { drawSample } from '../../dist/demo/sample.js';
import { enginesFolder } from '../../dist/engine/install/locate.js';
import { cacheFolder } from '../../dist/io/cacheFolder.js';
import { featuresPath, findFeatures } from '../../dist/weights/lpipsJax.js';
import { executable } from '../cli/run.js';
import { root, setEnvironment, temporaryFolder, withoutShared } from '../support.js';
import { keepSharedFeatures } from '../weights/sharedFeatures.js';

/**
 * Creates the folder for `t` and returns its path. Sets PATH to include `alexft`, and a separate cache, so that
 * commands may fetch and remove files in it.
 */
export async function makeReadersFolder(t: TestContext): Promise<string> {
  const top = await temporaryFolder(t);
  const folder = join(top, 'reader');
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await symlink(root, join(folder, 'node_modules', 'alexft')); // for a program
  await drawImages(folder);

  const bin = join(top, 'bin');
  await mkdir(bin);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${executable}' "$@"\n`;
  await writeFile(join(bin, 'alexft'), script, { mode: 0o755 });
  const engines = join(cacheFolder(), 'engines');
  const features = await findFeatures();
  setEnvironment(t, {
    PATH: `${bin}:${process.env.PATH}`,
    ALEXFT_CACHE: join(top, 'cache'),
    TORCH_HOME: join(top, 'torch'),
  });
  await fillCache(engines, features);
  return folder;
}

async function drawImages(folder: string): Promise<void> {
  for (const [seed, [name, perClass]] of Object.entries({
    photos: 12,
    PetImages: 12,
    'held-out': 4,
  }).entries()) {
    await drawSample(join(folder, 'data', name), { perClass, seed });
    await rm(join(folder, 'data', name, 'sample.json'));
  }
  const photo = (name: string) => join(folder, 'data', 'photos', name, '0001.jpg');
  await cp(photo('Cat'), join(folder, 'cat.jpg'));
  await cp(photo('Dog'), join(folder, 'dog.jpg'));
  await cp(photo('Dog'), join(folder, 'photo.jpg'));
  await writeFile(join(folder, 'empty.jpg'), '');
  await writeFile(join(folder, 'train.toml'), 'data = "data/photos"\noptimizer = "sgd"\n');
  for (const name of ['Cat/107.jpg', 'Dog/964.jpg']) {
    const images = join(folder, 'data', 'PetImages');
    await rename(join(images, dirname(name), '0002.jpg'), join(images, name));
  }
  const dogs = join(folder, 'data', 'PetImages', 'Dog');
  await sharp(join(dogs, '0001.jpg')).resize(200).jpeg({ quality: 70 }).toFile(join(dogs, '74.jpg'));
}

/** Fills the new cache with the CPU engines, and ImageNet's convolutions from this machine's cache or ../shared. */
async function fillCache(engines: string, features: string | undefined): Promise<void> {
  await mkdir(enginesFolder(), { recursive: true });
  for (const name of await readdir(engines).catch(() => [])) {
    if (name.startsWith('cpu-')) await symlink(join(engines, name), join(enginesFolder(), name));
  }
  await mkdir(dirname(featuresPath()));
  if (features) await cp(features, featuresPath());
  else if (!withoutShared) await keepSharedFeatures();
}
