// alexft cache: lists and clears the cache.

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { silentContext } from '../core/context.js';
import { printable, reasonOf, UserError } from '../core/errors.js';
import { cacheFolder } from '../io/cacheFolder.js';
import { bytesIn } from '../io/diskSpace.js';
import type { CommandContext } from '../profile/context.js';

/** The folders in the cache, with descriptions. */
export const cacheParts = {
  features: 'features of images from frozen layers; training computes them again',
  weights: 'pretrained weights; downloaded again when training needs them',
  engines: 'TensorFlow for this machine; `alexft setup` installs it again',
} as const;
export type CachePart = keyof typeof cacheParts;

export interface CachedPart {
  readonly name: CachePart;
  readonly path: string;
  readonly bytes: number;
}

/** The size of each part of the cache. */
export async function listCache(): Promise<CachedPart[]> {
  return await Promise.all(
    (Object.keys(cacheParts) as CachePart[]).map(async (name) => {
      const path = join(cacheFolder(), name);
      return { name, path, bytes: await bytesIn([path]) };
    }),
  );
}

/**
 * Removes everything in these parts, and returns their sizes before. Running processes continue with the files that
 * they have open. Throws a UserError if a file can't be removed.
 */
export async function clearCache(
  names: readonly CachePart[],
  context: CommandContext = silentContext,
): Promise<CachedPart[]> {
  const parts = (await listCache()).filter(({ name }) => names.includes(name));
  for (const { path } of parts) {
    for (const entry of await readdir(path).catch(() => [])) {
      context.signal?.throwIfAborted();
      await rm(join(path, entry), { recursive: true, force: true }).catch((error) => {
        throw new UserError(
          `'${printable(join(path, entry))}' can't be removed: ${printable(reasonOf(error))}`,
          {
            hint: 'Remove it as a user with write permission, when no process uses it.',
            cause: error,
          },
        );
      });
    }
  }
  return parts;
}
