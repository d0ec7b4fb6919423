// The cache of features: a folder for each combination of network, preprocessing and engine, with a segment
// (segment.ts) of each process. The least recently used segments are removed when the limit is reached.

import { createHash } from 'node:crypto';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesIn, freeAt } from '../../io/diskSpace.js';
import { makeFolder } from '../../io/makeFolder.js';
import type { Network } from '../../model/network.js';
import { segmentFiles } from './segment.js';

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

/** Creates the folder `features/KEY`. Throws the system's error. */
export async function makeFeatureFolder(features: string, key: string): Promise<string> {
  const folder = join(features, key);
  await makeFolder(folder);
  return folder;
}

/**
 * Makes room for `needed` more bytes by removing segments of all keys, the least recently used first, but none of
 * `used`. `limit`: bytes for all features together. Returns the bytes that may be written.
 */
export async function makeRoom(
  features: string,
  { needed, limit, used }: { needed: number; limit: number | undefined; used: ReadonlySet<string> },
): Promise<number> {
  const present = await bytesIn([features]);
  let room = (limit ?? (await usualLimit(features, present))) - present;
  const removable = room < needed ? await leastRecentlyUsed(features) : [];
  for (const segment of removable) {
    if (room >= needed) break;
    if (used.has(segment)) continue;
    const bytes = await bytesIn(filesOf(segment));
    if (await removeSegment(segment)) room += bytes;
  }
  return Math.max(0, room);
}

/** The present features count as free space: the limit does not shrink as it is used. */
async function usualLimit(features: string, present: number): Promise<number> {
  const free = await freeAt(features);
  return Math.min(mostBytes, free === undefined ? mostBytes : (free + present) * mostShare);
}

async function leastRecentlyUsed(features: string): Promise<string[]> {
  const segments: { path: string; time: number }[] = [];
  for (const key of await readdir(features)) {
    const names = await readdir(join(features, key)).catch(() => []);
    for (const name of names.filter((name) => name.endsWith(segmentFiles.rows))) {
      const path = join(features, key, name.slice(0, -segmentFiles.rows.length));
      const time = (await stat(join(features, key, name)).catch(() => undefined))?.mtimeMs ?? 0;
      segments.push({ path, time });
    }
  }
  return segments.sort((a, b) => a.time - b.time).map(({ path }) => path);
}

const filesOf = (segment: string): string[] =>
  Object.values(segmentFiles).map((extension) => `${segment}${extension}`);

/** Returns whether it is gone: on Windows, open files can't be removed. */
async function removeSegment(segment: string): Promise<boolean> {
  try {
    for (const path of filesOf(segment)) await rm(path, { force: true });
    await rmdir(dirname(segment)).catch(() => {}); // it may have others
    return true;
  } catch {
    return false;
  }
}
