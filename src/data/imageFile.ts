// Reads image files, and rejects everything that is not a readable regular file.

import { closeSync, constants, fstatSync, open, read } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { pathHint } from '../core/pathHint.js';
import { UnreadableImage } from './unreadable.js';

/** An image: a path, or the bytes of a file. */
export type ImageFile = string | Uint8Array;

/** In bytes; far larger than any photo. */
const maxFileSize = 512 * 2 ** 20;

// File descriptors, not FileHandle: fstat and close don't wait for the disk, so they can be synchronous.
const openFile = promisify(open);
const readInto = promisify(read);

/** Reads the file `path`. Throws UnreadableImage if it is not a regular file, is empty, or can't be read. */
export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    // Checked before opening: opening a device may have side effects, and opening a pipe waits for its writer.
    requireRegularFile(await stat(path));
    const descriptor = await openFile(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readAll(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw readError(error, path);
  }
}

async function readAll(descriptor: number): Promise<Uint8Array> {
  const stats = fstatSync(descriptor);
  requireRegularFile(stats); // the file may have been replaced since the first check
  if (stats.size === 0) throw new UnreadableImage('empty file');
  if (stats.size > maxFileSize) throw new UnreadableImage('larger than 512 MB');
  // Not from Node's shared Buffer pool.
  const bytes = new Uint8Array(stats.size);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await readInto(descriptor, bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function requireRegularFile(stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (stats.isDirectory()) throw new UnreadableImage('a folder, not a file');
  if (!stats.isFile()) throw new UnreadableImage('not a regular file');
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a circular link',
  EIO: 'a disk error',
};

/** The process ran out of a resource: the next images would fail too. */
const exhausted = ['EMFILE', 'ENFILE', 'ENOMEM'];

function readError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof UnreadableImage || code === undefined || exhausted.includes(code)) return error;
  const hint = code === 'ENOENT' ? pathHint(path) : undefined;
  if (hint !== undefined) return new UnreadableImage(`no such file. ${hint}`);
  return new UnreadableImage(reasons[code] ?? `can't be read (${code})`);
}
