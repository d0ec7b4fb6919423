// Downloads a file over HTTPS that is pinned by size and hash. A partial download is stored in `PATH.part`, and the
// next attempt or process resumes it.
//
// Bytes are written at their final offsets, and the file is never truncated, so several processes can download the
// same file at once.

import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../core/errors.js';
import { moveIntoPlace, sha256OfFile } from './atomic.js';
import { cantWrite, fetchFrom } from './fetchFrom.js';
import { makeFolder } from './makeFolder.js';

/** A remote file, pinned by size and hash. */
export interface RemoteFile {
  readonly url: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

interface RetryOptions {
  /** Milliseconds without data after which a connection is aborted. */
  readonly stall: number;
  /** Milliseconds between attempts. */
  readonly pause: number;
  /** The maximum number of consecutive attempts without new data. */
  readonly attempts: number;
}

/** The server could not be reached or did not answer: a later attempt may succeed. */
export class UnreachableError extends UserError {}

const defaultRetry: RetryOptions = { stall: 30_000, pause: 1_000, attempts: 3 };

/**
 * Downloads `file` to `path` and verifies it. Does nothing if `path` already has the expected content. Throws a
 * UserError if the download fails or has other content, and the signal's reason if it is aborted.
 */
export async function download(
  file: RemoteFile,
  path: string,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
  retry = defaultRetry,
): Promise<void> {
  await makeFolder(dirname(path)).catch(cantWrite(path));
  const part = `${path}.part`;
  let resumed = (await bytesIn(part)) > 0;
  while (!(await hasContent(path, file))) {
    await completePart(file, part, onProgress, signal, retry);
    if (await hasContent(part, file)) {
      await moveIntoPlace(part, path).catch((error) => {
        if (error.code !== 'ENOENT') cantWrite(path)(error);
      });
    } else if ((await bytesIn(part)) > 0) {
      await rm(part, { force: true });
      // The partial file of an earlier process may be of another version: download everything again, once.
      if (!resumed) {
        throw downloadFailed(file, `Expected the content to have the SHA-256 ${file.sha256}.`);
      }
      resumed = false;
    }
    // If `part` no longer exists, another process has moved it to `path`.
  }
}

/** Downloads the rest of `part`. Retries as long as attempts make progress. */
async function completePart(
  file: RemoteFile,
  part: string,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal | undefined,
  { stall, pause, attempts }: RetryOptions,
): Promise<void> {
  let failedAttempts = 0;
  for (let start = await bytesIn(part); start < file.bytes; ) {
    const outcome = await fetchFrom(file.url, { part, start, bytes: file.bytes, stall, onProgress, signal });
    if (outcome.ok) return;
    const reached = await bytesIn(part);
    failedAttempts = reached > start ? 0 : failedAttempts + 1;
    start = reached;
    if (!outcome.retryable) throw downloadFailed(file, outcome.reason);
    if (failedAttempts === attempts) throw downloadFailed(file, outcome.reason, UnreachableError);
    await sleep(pause, undefined, { ...(signal && { signal }) });
  }
}

const downloadFailed = ({ url }: RemoteFile, reason: string, Failure = UserError): UserError =>
  new Failure(`Could not download ${url}: ${reason}`, {
    hint: 'Check the connection and try again. An interrupted download is resumed.',
  });

const bytesIn = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

/** Whether `path` has the expected size and hash. */
export async function hasContent(
  path: string,
  { bytes, sha256 }: Pick<RemoteFile, 'bytes' | 'sha256'>,
): Promise<boolean> {
  if ((await bytesIn(path)) !== bytes) return false;
  return (await sha256OfFile(path).catch(() => undefined)) === sha256;
}
