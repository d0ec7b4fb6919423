// An image file's bytes, whatever lies under its name.

import { closeSync, constants, fstatSync, open, read } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { UnreadableImage } from './unreadable.js';

/** Far beyond any photo; a file this large is a film or an archive with an image's name. */
const largestFile = 512 * 2 ** 20;

// Of an open file's number, not a FileHandle: what asks no disk, its size and its closing, need not wait for a thread.
const openFile = promisify(open);
const readInto = promisify(read);

/** All bytes of the file `path`. Throws UnreadableImage for what is no regular file, is empty, or can't be read. */
export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    // Before the file is opened: opening a device may do something, opening a pipe waits for its writer.
    checkKind(await stat(path));
    const file = await openFile(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readAll(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw readingError(error);
  }
}

async function readAll(file: number): Promise<Uint8Array> {
  const found = fstatSync(file);
  checkKind(found); // again: another file may have taken its place
  if (found.size === 0) throw new UnreadableImage('empty file');
  if (found.size > largestFile) throw new UnreadableImage('larger than 512 MB');
  // In its own memory, not Node's shared pool; as many bytes as there were when it was opened.
  const bytes = new Uint8Array(found.size);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await readInto(file, bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function checkKind(found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isDirectory()) throw new UnreadableImage('a folder, not a file');
  if (!found.isFile()) throw new UnreadableImage('not a regular file');
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ELOOP: 'a link that leads in a circle',
  EIO: 'the disk could not read it',
};

/** Not the image's fault: the process ran out of something, and the next images would fail as well. */
const exhausted = ['EMFILE', 'ENFILE', 'ENOMEM'];

function readingError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof UnreadableImage || code === undefined || exhausted.includes(code)) return error;
  return new UnreadableImage(reasons[code] ?? `can't be read (${code})`);
}
