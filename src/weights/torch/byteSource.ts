// Bytes that can be read from any place in them: a file, or a buffer. What reads weights takes either.

import { type FileHandle, open, stat } from 'node:fs/promises';
import { dataError, printable, reasonOf } from '../../core/errors.js';

export interface ByteSource {
  /** The file's name, for messages. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `position` on. Throws a data error (exit 3) where there are not as many. */
  read(into: Uint8Array, position: number): Promise<void>;
}

/** Read or written at once, in bytes: a multiple of every type's size. */
export const chunkBytes = 1 << 24;

/** The next bytes of a stream of them, as many as `into` takes. */
export type ReadNext = (into: Uint8Array) => Promise<void>;

/** Opens the file at `path` for as long as `use` takes. Throws a data error (exit 3) where it can't be read. */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  // Before it is opened: to open a pipe is to wait for its writer.
  if (!(await stat(path).catch(cantRead(path))).isFile()) {
    throw dataError(`Can't read '${printable(path)}': it is no file.`, 'Name a weights file.');
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

/** `name`: as if it were a file's. */
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

/** Reads on and on from `position`. */
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

const tooShort = (name: string) =>
  dataError(`'${printable(name)}' became shorter while it was read.`, 'Fetch or save the file again.');

const cantRead =
  (path: string) =>
  (error: unknown): never => {
    throw dataError(`Can't read '${printable(path)}': ${printable(reasonOf(error))}.`, undefined, error);
  };
