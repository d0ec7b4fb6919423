// Atomic creation of a folder: it appears under its name only when all of its files are complete and on disk.

import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeAbandoned, syncFolder, syncToDisk, temporarySuffix } from './atomic.js';

/**
 * Calls `write` with the path of a temporary folder, which it makes and fills with files, and which then becomes
 * `path`. A folder at `path` is moved aside before and removed afterwards. On failure, removes the temporary folder and
 * leaves `path` unchanged. `path` must not end with a separator.
 */
export async function writeFolderAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await removeAbandoned(path);
  const [temporary, aside] = ['new', 'old'].map(
    (kind) => `${path}.${process.pid}-${randomUUID().slice(0, 8)}-${kind}${temporarySuffix}`,
  ) as [string, string];
  try {
    await write(temporary);
    for (const name of await readdir(temporary)) await syncToDisk(join(temporary, name));
    await syncFolder(temporary);
    const exists = await stat(path).catch(() => undefined);
    if (exists) await rename(path, aside);
    await rename(temporary, path).catch(async (error) => {
      if (exists) await rename(aside, path);
      throw error;
    });
    await syncFolder(dirname(path));
    await rm(aside, { recursive: true, force: true });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
