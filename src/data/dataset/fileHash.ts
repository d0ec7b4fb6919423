// The content of image files, by SHA-256. A file's times are never trusted for its content: unzip, rsync -t and image
// layers set them at will.

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { sha256OfFile } from '../../io/atomic.js';
import { isGrey16, isGrey16File } from '../formats/grey16.js';
import { readImageFile } from '../imageFile.js';

/** Files up to this size are read at once, which takes a third of the time of a stream. */
const readAtOnce = 8 * 2 ** 20;

/** Files that are read at the same time. */
const lanes = 32;

/** A file that was read. */
export interface HashedFile {
  readonly path: string;
  /** Zero for an empty file. */
  readonly size: number;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** Whether it is 16-bit grey. */
  readonly grey16: boolean;
  /** What `isUnchanged` compares. */
  readonly status: string;
}

/**
 * Reads each of `paths` once. Undefined for files that can't be read (decoding says why), and for those that are left
 * when the signal is aborted.
 */
export async function hashFiles(
  paths: readonly string[],
  onHashed: (done: number, total: number) => void = () => {},
  signal?: AbortSignal | undefined,
): Promise<(HashedFile | undefined)[]> {
  const files = new Array<HashedFile | undefined>(paths.length);
  const waiting = paths.entries();
  let done = 0;
  const lane = async () => {
    for (const [index, path] of waiting) {
      if (signal?.aborted) return;
      files[index] = await hashFile(path).catch(() => undefined);
      onHashed(++done, paths.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return files;
}

/** Throws the system's error, or UnreadableImage, where the file can't be read. */
async function hashFile(path: string): Promise<HashedFile> {
  const status = await statusOf(path); // before its bytes: a change while they are read is noticed later
  const size = Number(status.size);
  const file = { path, size, status: status.text };
  if (size > readAtOnce) {
    return { ...file, sha256: await sha256OfFile(path), grey16: await isGrey16File(path) };
  }
  const bytes = size === 0 ? new Uint8Array() : await readImageFile(path);
  return { ...file, sha256: createHash('sha256').update(bytes).digest('hex'), grey16: isGrey16(bytes) };
}

/** Whether a file still has the bytes that were hashed, by all that the system says of it within one process. */
export async function isUnchanged({ path, status }: HashedFile): Promise<boolean> {
  return await statusOf(path).then(
    ({ text }) => text === status,
    () => false,
  );
}

/** As in git's index: tools can set mtime, not ctime. */
async function statusOf(path: string): Promise<{ size: bigint; text: string }> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return { size, text: [dev, ino, size, mtimeNs, ctimeNs].join(' ') };
}
