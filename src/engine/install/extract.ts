// Extracts selected members of a zip file (a Python wheel) to disk.

import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import { dataError, printable, reasonOf } from '../../core/errors.js';
import { makeFolder } from '../../io/makeFolder.js';

interface ExtractOptions {
  /** Called with the number of bytes written so far, over all members. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Extracts each member of `zip` for which `placeOf` returns a path to that path in the folder `into`, and checks its
 * size and CRC-32. Throws a data error (exit code 3) if the zip is damaged.
 */
export async function extractMembers(
  zip: string,
  placeOf: (name: string) => string | undefined,
  into: string,
  { onProgress = () => {}, signal }: ExtractOptions = {},
): Promise<void> {
  let total = 0;
  try {
    // yauzl rejects paths outside the folder and entries that exceed their declared size.
    const file = await openPromise(zip);
    for await (const entry of file.eachEntry()) {
      const name = entry.fileName;
      const place = name.endsWith('/') ? undefined : placeOf(name);
      if (place === undefined) continue;
      const path = join(into, place);
      await makeFolder(dirname(path));
      let crc = 0;
      const check = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          crc = crc32(chunk, crc);
          total += chunk.length;
          onProgress(total);
          done(null, chunk);
        },
      });
      // flush: the content must be on disk before the folder is renamed to its final name.
      const output = createWriteStream(path, { flush: true, mode: isExecutable(entry) ? 0o777 : 0o666 });
      await pipeline(await file.openReadStreamPromise(entry), check, output, { ...(signal && { signal }) });
      if (crc !== entry.crc32) throw new Error(`the CRC-32 of ${name} does not match`);
    }
  } catch (error) {
    if (signal?.aborted || isSystemError(error)) throw error;
    throw dataError(
      `'${printable(zip)}' can't be extracted: ${reasonOf(error)}.`,
      'The file is damaged: download it again.',
      error,
    );
  }
}

/** Whether the owner's execute bit is set in the Unix mode, which is the upper half of the attributes. */
const isExecutable = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o100) !== 0;

/** Whether a system call failed (a full disk, a missing permission). zlib's errors have codes but no `syscall`. */
export function isSystemError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}
