// Files that are whole or not there: what is written appears under its name only when it is complete and on the disk.

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** How the names of unfinished files end. */
export const temporarySuffix = '.temporary';

/** Milliseconds after which a temporary file that nobody writes to counts as left behind. */
const abandonedAfter = 10 * 60_000;

/**
 * Has `write` make a temporary file beside `path` and puts it in `path`'s place, so that at every moment, a power cut
 * too, `path` is the old file or the new one. On failure the temporary file is removed and `path` is as it was. The
 * folder has to exist.
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await removeAbandoned(path);
  const temporary = `${path}.${process.pid}-${randomUUID().slice(0, 8)}${temporarySuffix}`;
  try {
    await write(temporary);
    await moveIntoPlace(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Renames a finished file to `path` in the same folder, in a way that outlasts a power cut. */
export async function moveIntoPlace(temporary: string, path: string): Promise<void> {
  await syncToDisk(temporary); // before the rename: else a crash can leave the new name with nothing behind it
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Returns when the file's content is on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync().finally(() => handle.close());
}

/** Returns when the folder's names are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // which opens no folders
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/**
 * Gives a file that is on the disk a second name, `to`, which must be free; where the file system has no links, a copy.
 * For files that are never changed, only replaced.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!withoutLinks.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(from, to);
    await syncToDisk(to);
  }
}

/** How file systems say that they have none (FAT: EPERM), or no more of this file. */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES', 'EINVAL'];

/** A killed process can't remove its temporary file, which may have hundreds of megabytes: the next writer does. */
async function removeAbandoned(path: string): Promise<void> {
  const siblings = await readdir(dirname(path)).catch(() => []);
  for (const name of siblings) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(temporarySuffix)) continue;
    const file = join(dirname(path), name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > abandonedAfter) await rm(file, { force: true }).catch(() => {});
  }
}

/** The SHA-256 of a file's content, in hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
