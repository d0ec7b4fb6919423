// Checks free disk space before large files are written, so that a run fails at its start and not after hours.

import { lstat, readdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { printable, UserError } from '../core/errors.js';

/** Throws a UserError with `hint` if the disk of `folder`, which may not exist yet, has less than `bytes` free. */
export async function requireRoom(folder: string, bytes: number, hint: string): Promise<void> {
  const free = await freeAt(resolve(folder));
  if (free === undefined || free >= bytes) return;
  throw new UserError(
    `Expected ${megabytes(bytes)} of free disk space for '${printable(folder)}' but found ${megabytes(free)}.`,
    { hint },
  );
}

/** Free bytes; undefined if unknown (some network file systems report 0 for everything). */
export async function freeAt(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(path);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing && dirname(path) !== path ? await freeAt(dirname(path)) : undefined;
  }
}

/** The total size of the files in `paths`, recursively for folders. Missing paths count as 0, hard links once. */
export async function bytesIn(paths: readonly string[]): Promise<number> {
  const sizes = new Map<number, number>();
  const add = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile()) sizes.set(found.ino, found.size);
    if (!found?.isDirectory()) return;
    for (const name of await readdir(path).catch(() => [])) await add(join(path, name));
  };
  for (const path of paths) await add(path);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
