// The features in the cache: a folder for each network, recipe and engine that made them, of which the least recently
// used go when there is no more room.

import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesIn, freeAt } from '../../io/diskSpace.js';
import { makeFolder } from '../../io/makeFolder.js';
import type { Network } from '../../model/network.js';

/** As long as nobody says otherwise: so much, or this share of the disk's room if that is less. */
const mostBytes = 20e9;
const mostShare = 0.2;

/**
 * Names what features depend on beside the image: the layers before `layer` with their values, and `circumstances`,
 * which hold all else (recipe, decoder, engine, ...).
 */
export function featureKey(network: Network, layer: number, circumstances: object): string {
  const hash = createHash('sha256').update(JSON.stringify([circumstances, network.layers.slice(0, layer)]));
  const later = new Set(network.parametersFrom(layer));
  for (const [name, { data }] of network.state()) {
    if (later.has(name)) continue;
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Makes the folder `features/KEY` and sees to it that `needed` bytes have room in `features`: others' features, the
 * longest unused first, go for it. `limit`: bytes that all features may take. Gives the folder, and the bytes that may be
 * added. Throws the system's error.
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
      () => false, // another process has it open, on a system where that matters
    );
    if (gone) room += bytes;
  }
  return { folder, room: Math.max(0, room) };
}

/** What is kept already counts as free: the limit does not shrink as it is used. */
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
