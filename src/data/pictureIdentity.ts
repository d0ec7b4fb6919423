// Which picture a file holds: by its bytes, or without reading them by its path, size and time, where these were seen
// together with the bytes before.

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sha256OfFile } from '../fetch/atomic.js';
import { readPictureFile } from './pictureFile.js';

/** A file as it was at one moment. */
export interface SeenFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  /** When it was last changed, in nanoseconds, as the file system says; a decimal number too large for a `number`. */
  readonly time: string;
}

/** A picture: the SHA-256 of its file, and how the file looked then. */
export interface PictureIdentity extends SeenFile {
  readonly sha256: string;
}

/**
 * Nanoseconds that a file has to have been left alone before its time speaks for its bytes: clocks of file systems are
 * coarse, and a change right after a look can leave the time as it was (what git calls "racily clean").
 */
const settled = 2_000_000_000n;

/** Files up to so many bytes are read whole, which takes a third of the time of reading them in pieces. */
const readWhole = 8 * 2 ** 20;

/**
 * Which picture the file at `path` holds. `known` gives the SHA-256 that was found for the file as it looks now;
 * otherwise it is read. Throws the system's error, or UnreadablePicture, where it can't be.
 */
export async function identify(
  path: string,
  known: (seen: SeenFile) => string | undefined = () => undefined,
): Promise<PictureIdentity> {
  const seen = await look(path);
  return { ...seen, sha256: known(seen) ?? (await sumOf(seen)) };
}

async function sumOf({ path, size }: SeenFile): Promise<string> {
  if (size > readWhole) return await sha256OfFile(path);
  return createHash('sha256')
    .update(await readPictureFile(path))
    .digest('hex');
}

/** Whether the file still looks as it did, so that what was read of it meanwhile is of that picture. */
export async function isUnchanged(identity: SeenFile): Promise<boolean> {
  const now = await look(identity.path).catch(() => undefined);
  return now?.size === identity.size && now.time === identity.time;
}

/** Whether size and time will tell this file from another under its name. */
export const isSettled = ({ time }: SeenFile, now = Date.now()): boolean =>
  BigInt(time) + settled < BigInt(now) * 1_000_000n;

async function look(path: string): Promise<SeenFile> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { path: resolve(path), size: Number(size), time: String(mtimeNs) };
}
