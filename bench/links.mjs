// Folders of links to photos, for what is measured on more or fewer of them than there are.

import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { scanImageFolder } from '../dist/data/dataset/scan.js';

/** `count` links to the photos, evenly taken, in a folder for each class, or all in one. Returns `folder`. */
export async function linkPhotos(data, folder, count, { classes = true } = {}) {
  const { samples } = await scanImageFolder(data);
  const every = samples.length / count;
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const { path } = samples[Math.floor(i * every) % samples.length];
    const name = `${i}-${path.split('/').at(-1)}`;
    const place = classes ? join(folder, path.split('/')[0]) : folder;
    await mkdir(place, { recursive: true });
    await symlink(resolve(data, path), join(place, name));
  }
  return folder;
}
