// Whether the disk has room, asked before something large is written: a run that would fail in its third hour had better
// not begin, and one that goes on needs what it has.

import { lstat, readdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { printable, UserError } from '../core/errors.js';

/** Throws a UserError with the hint where the disk that `folder` is on (or will be) has less room than `bytes`. */
export async function requireRoom(folder: string, bytes: number, hint: string): Promise<void> {
  const free = await freeAt(resolve(folder));
  if (free === undefined || free >= bytes) return;
  throw new UserError(
    `The disk of '${printable(folder)}' has ${megabytes(free)} free, and ${megabytes(bytes)} are needed.`,
    { hint },
  );
}

/** Undefined where the file system does not say (some of those over a network answer 0 for everything). */
export async function freeAt(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(path);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing && dirname(path) !== path ? await freeAt(dirname(path)) : undefined;
  }
}

/** The bytes of the files that are there of `paths`, and in those that are folders; one with two names counts once. */
export async function bytesIn(paths: readonly string[]): Promise<number> {
  const sizes = new Map<number, number>();
  const look = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile()) sizes.set(found.ino, found.size);
    if (!found?.isDirectory()) return;
    for (const name of await readdir(path).catch(() => [])) await look(join(path, name));
  };
  for (const path of paths) await look(path);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
