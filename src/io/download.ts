// One file over HTTPS, pinned by size and hash. What has arrived stays in `PATH.part`, and the next attempt, or the
// next run, goes on from there.
//
// Every write goes to the place in the file where its bytes belong, and nothing is cut off: so two processes that
// download the same file at once write the same bytes to the same places and don't disturb each other.

import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../core/errors.js';
import { moveIntoPlace, sha256OfFile } from './atomic.js';
import { cantWrite, fetchFrom } from './fetchFrom.js';
import { makeFolder } from './makeFolder.js';

/** A file elsewhere, pinned. */
export interface RemoteFile {
  readonly url: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** How patient a download is, in milliseconds; tests are less so. */
interface DownloadPatience {
  /** A connection that brings nothing for so long is given up. */
  readonly stall: number;
  /** The pause before another attempt. */
  readonly pause: number;
  /** How many attempts in a row may bring nothing new. */
  readonly attempts: number;
}

/** The server could not be reached or did not answer: a later attempt may succeed. */
export class UnreachableError extends UserError {}

const usualPatience: DownloadPatience = { stall: 30_000, pause: 1_000, attempts: 3 };

/**
 * Downloads `file` to `path`, which then has exactly the bytes that were expected; does nothing where it has them
 * already. Throws a UserError that says what came in their place, and the signal's reason once it is aborted.
 */
export async function download(
  file: RemoteFile,
  path: string,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
  patience = usualPatience,
): Promise<void> {
  await makeFolder(dirname(path)).catch(cantWrite(path));
  const part = `${path}.part`;
  let leftByAnother = (await bytesIn(part)) > 0;
  while (!(await hasContent(path, file))) {
    await completePart(file, part, onProgress, signal, patience);
    if (await hasContent(part, file)) {
      await moveIntoPlace(part, path).catch((error) => {
        if (error.code !== 'ENOENT') cantWrite(path)(error);
      });
    } else if ((await bytesIn(part)) > 0) {
      await rm(part, { force: true });
      // What an earlier run left may be of another file: then all anew, once.
      if (!leftByAnother) {
        throw downloadFailed(file, `What came is not what was expected: its SHA-256 is not ${file.sha256}.`);
      }
      leftByAnother = false;
    }
    // A part that is gone meanwhile was put in place by another process.
  }
}

/** Fetches what is missing of `part`, in as many attempts as bring it forward. */
async function completePart(
  file: RemoteFile,
  part: string,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal | undefined,
  { stall, pause, attempts }: DownloadPatience,
): Promise<void> {
  let inVain = 0;
  for (let start = await bytesIn(part); start < file.bytes; ) {
    const outcome = await fetchFrom(file.url, { part, start, bytes: file.bytes, stall, onProgress, signal });
    if (outcome.ok) return;
    const reached = await bytesIn(part);
    inVain = reached > start ? 0 : inVain + 1;
    start = reached;
    if (!outcome.mayPass) throw downloadFailed(file, outcome.reason);
    if (inVain === attempts) throw downloadFailed(file, outcome.reason, UnreachableError);
    await sleep(pause, undefined, { ...(signal && { signal }) });
  }
}

const downloadFailed = ({ url }: RemoteFile, reason: string, Failure = UserError): UserError =>
  new Failure(`Could not download ${url}: ${reason}`, {
    hint: 'Check the connection and try again: a download goes on where it was cut.',
  });

const bytesIn = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

/** Whether `path` is the file that is meant, by its size and then by its hash. */
export async function hasContent(
  path: string,
  { bytes, sha256 }: Pick<RemoteFile, 'bytes' | 'sha256'>,
): Promise<boolean> {
  if ((await bytesIn(path)) !== bytes) return false;
  return (await sha256OfFile(path).catch(() => undefined)) === sha256;
}
