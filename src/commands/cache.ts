// alexft cache: what alexft keeps beside the user's own files, and how it goes.

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { silentContext } from '../core/context.js';
import { printable, reasonOf, UserError } from '../core/errors.js';
import { cacheFolder } from '../io/cacheFolder.js';
import { bytesIn } from '../io/diskSpace.js';
import type { CommandContext } from '../profile/profile.js';

/** The folders in the cache, and what is in them. */
export const cacheParts = {
  features: 'what frozen layers made of images: a training makes it again',
  weights: 'weights with a name: fetched again when a training wants them',
  engines: 'TensorFlow for this machine: `alexft setup` makes it again',
} as const;
export type CachePart = keyof typeof cacheParts;

export interface CachedPart {
  readonly name: CachePart;
  readonly path: string;
  readonly bytes: number;
}

/** How much each part of the cache takes. Changes nothing. */
export async function listCache(): Promise<CachedPart[]> {
  return await Promise.all(
    (Object.keys(cacheParts) as CachePart[]).map(async (name) => {
      const path = join(cacheFolder(), name);
      return { name, path, bytes: await bytesIn([path]) };
    }),
  );
}

/**
 * Removes all that is in these parts, and gives what they took. Whoever computes with it at this moment goes on with what it
 * has open. Throws a UserError where something can't be removed.
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
            hint: 'Remove it as a user who may write there, and once nothing uses it.',
            cause: error,
          },
        );
      });
    }
  }
  return parts;
}
