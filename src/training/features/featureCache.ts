// The cache of features: a folder for each combination of network, preprocessing and engine. The least recently used
// ones are removed when the limit is reached.

import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesIn, freeAt } from '../../io/diskSpace.js';
import { makeFolder } from '../../io/makeFolder.js';
import type { Network } from '../../model/network.js';

/** The default limit: this number of bytes, or this share of the free disk space if that is less. */
const mostBytes = 20e9;
const mostShare = 0.2;

/**
 * The key of everything that features depend on beside the image: the layers before `layer` with their values, and
 * `circumstances` (preprocessing, decoder, engine, ...).
 */
export function featureKey(network: Network, layer: number, circumstances: object): string {
  const hash = createHash('sha256').update(JSON.stringify([circumstances, network.layers.slice(0, layer)]));
  const later = new Set(network.parametersFrom(layer));
  for (const [name, tensor] of network.state()) {
    if (later.has(name)) continue;
    const { data } = tensor; // a copy out of the engine
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Creates the folder `features/KEY` and makes room for `needed` bytes by removing other folders, the least recently
 * used first. `limit`: bytes for all features together. Returns the folder, and the bytes that may be written to it.
 * Throws the system's error.
 */
export async function openFeatureFolder(
  features: string,
  key: string,
  { needed, limit }: { needed: number; limit: number | undefined },
): Promise<{ folder: string; room: number }> {
  const folder = join(features, key);
  await makeFolder(folder);
  const now = new Date();
  await utimes(folder, now, now);
  const present = await bytesIn([features]);
  const most = limit ?? (await usualLimit(features, present));
  const own = await bytesIn([folder]);
  let room = most - present;
  for (const other of await leastRecentlyUsed(features, key)) {
    if (room >= needed - own) break;
    const bytes = await bytesIn([other]);
    const gone = await rm(other, { recursive: true, force: true }).then(
      () => true,
      () => false, // on Windows, open files can't be removed
    );
    if (gone) room += bytes;
  }
  return { folder, room: Math.max(0, room) };
}

/** The present features count as free space: the limit does not shrink as it is used. */
async function usualLimit(features: string, present: number): Promise<number> {
  const free = await freeAt(features);
  return Math.min(mostBytes, free === undefined ? mostBytes : (free + present) * mostShare);
}

async function leastRecentlyUsed(features: string, but: string): Promise<string[]> {
  const names = (await readdir(features)).filter((name) => name !== but);
  const used = await Promise.all(
    names.map(async (name) => {
      const path = join(features, name);
      return { path, time: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  return used.sort((a, b) => a.time - b.time).map(({ path }) => path);
}
