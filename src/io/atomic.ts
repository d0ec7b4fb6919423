// Atomic file replacement: a file appears under its name only when it is complete and on disk.

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Suffix of unfinished files. */
export const temporarySuffix = '.temporary';

/** Milliseconds without a write after which a temporary file counts as abandoned. */
const abandonedAfter = 10 * 60_000;

/**
 * Calls `write` with the path of a temporary file, which then replaces `path`. After a crash or power cut, `path` is
 * either the old file or the new one. On failure, removes the temporary file and leaves `path` unchanged. The folder
 * must exist.
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

/** Renames a finished file to `path` in the same folder. The rename survives a power cut. */
export async function moveIntoPlace(temporary: string, path: string): Promise<void> {
  await syncToDisk(temporary); // before the rename: otherwise a crash can leave an empty file at `path`
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Flushes the file's content to disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync().finally(() => handle.close());
}

/** Flushes the folder's entries to disk. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows can't open folders
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/**
 * Creates a hard link `to` to a file, or a copy if the file system does not support links. `to` must not exist. Only
 * for files that are replaced, never modified.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!noLinkCodes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(from, to);
    await syncToDisk(to);
  }
}

/** Error codes of file systems without hard links (FAT: EPERM), or with too many of a file. */
const noLinkCodes = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES', 'EINVAL'];

/** Removes temporary files and folders of killed processes, which can have hundreds of megabytes. */
export async function removeAbandoned(path: string): Promise<void> {
  const siblings = await readdir(dirname(path)).catch(() => []);
  for (const name of siblings) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(temporarySuffix)) continue;
    const file = join(dirname(path), name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > abandonedAfter)
      await rm(file, { recursive: true, force: true }).catch(() => {});
  }
}

/** The SHA-256 of a file's content, in hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
