// Random-access bytes: a file or a buffer. Every reader of weights takes either.

import { type FileHandle, open, stat } from 'node:fs/promises';
import { dataError, printable, reasonOf, type UserError } from '../../core/errors.js';

export interface ByteSource {
  /** The file name, for error messages. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `position` on. Throws a data error (exit 3) if the source ends before. */
  read(into: Uint8Array, position: number): Promise<void>;
}

/** Bytes per read or write: a multiple of every data type's size. */
export const chunkBytes = 1 << 24;

/** Fills `into` with the next bytes of a stream. */
export type ReadNext = (into: Uint8Array) => Promise<void>;

/** Opens the file at `path` and closes it after `use`. Throws a data error (exit 3) if it can't be read. */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  // Checked before opening: opening a named pipe blocks until another process writes to it.
  if (!(await stat(path).catch(cantRead(path))).isFile()) {
    throw dataError(`Can't read '${printable(path)}': it is not a regular file.`, 'Specify a weights file.');
  }
  const handle = await open(path, 'r').catch(cantRead(path));
  try {
    const { size } = await handle.stat();
    return await use({
      name: path,
      size,
      read: (into, position) => fill(handle, into, position, path),
    });
  } finally {
    await handle.close();
  }
}

/** A source over `bytes`. `name`: used as the file name in error messages. */
export function bytesInMemory(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(into, position) {
      if (position + into.length > bytes.length) throw tooShort(name);
      into.set(bytes.subarray(position, position + into.length));
    },
  };
}

/** Reads sequentially from `position` on. */
export function readFrom(source: ByteSource, position: number): ReadNext {
  let at = position;
  return async (into) => {
    await source.read(into, at);
    at += into.length;
  };
}

async function fill(handle: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const length = Math.min(chunkBytes, into.length - done);
    const { bytesRead } = await handle.read(into, done, length, position + done).catch(cantRead(path));
    if (bytesRead === 0) throw tooShort(path);
    done += bytesRead;
  }
}

/** An error about a damaged PyTorch file. */
export const damaged = ({ name }: ByteSource, problem: string, cause?: unknown): UserError =>
  dataError(
    `'${printable(name)}' is a damaged PyTorch file: ${problem}.`,
    'Download or save the file again.',
    cause,
  );

const tooShort = (name: string) =>
  dataError(
    `'${printable(name)}' became shorter while it was being read.`,
    'Download or save the file again.',
  );

const cantRead =
  (path: string) =>
  (error: unknown): never => {
    throw dataError(`Can't read '${printable(path)}': ${printable(reasonOf(error))}.`, undefined, error);
  };
