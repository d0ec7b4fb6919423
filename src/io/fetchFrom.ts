// One attempt at a download: requests the rest of a file and writes it at its offset.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { printable, reasonOf, UserError } from '../core/errors.js';

interface FetchFromOptions {
  /** The partial file, which contains the first `start` bytes. */
  readonly part: string;
  readonly start: number;
  /** The size of the complete file. */
  readonly bytes: number;
  /** Milliseconds without data after which the connection is aborted. */
  readonly stall: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** `reason` is a sentence. `retryable`: another attempt may succeed. */
type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly retryable: boolean };

const failure = (reason: string, retryable: boolean): Outcome => ({ ok: false, reason, retryable });

/** Throws the signal's reason if it is aborted, and a UserError if `part` can't be written. */
export async function fetchFrom(url: string, options: FetchFromOptions): Promise<Outcome> {
  const { bytes, stall, signal } = options;
  const stalled = new AbortController();
  const watch = setTimeout(() => stalled.abort(), stall);
  try {
    const signals = signal ? [stalled.signal, signal] : [stalled.signal];
    const response = await fetch(url, {
      headers: { range: `bytes=${options.start}-`, 'accept-encoding': 'identity' },
      signal: AbortSignal.any(signals),
    });
    const start = startOf(response, options);
    if (typeof start !== 'number') {
      await response.body?.cancel();
      return start;
    }
    const end = await writeBody(response, start, options, () => watch.refresh());
    if (end > bytes) return failure(`The server sent more than the ${bytes} bytes expected.`, false);
    return end === bytes
      ? { ok: true }
      : failure(`The connection was closed after ${end} of ${bytes} bytes.`, true);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    if (stalled.signal.aborted) return failure(`No data was received for ${stall / 1000} s.`, true);
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined; // fetch's own message is only "fetch failed"
    return failure(`${printable(cause?.message || cause?.code || reasonOf(error))}.`, true);
  } finally {
    clearTimeout(watch);
  }
}

/** The offset in the file at which the response begins, or a failure if it does not match the request. */
function startOf(response: Response, { start, bytes }: FetchFromOptions): number | Outcome {
  const { status, headers } = response;
  if (status === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(from) === start && (total === '*' || Number(total) === bytes)) return start;
    return failure(
      `Expected a range of ${bytes} bytes from ${start} but received '${printable(headers.get('content-range') ?? 'no content-range')}'.`,
      false,
    );
  }
  if (status === 200) {
    const length = headers.get('content-length');
    // Another length is usually a network's sign-in page.
    if (length === null || headers.has('content-encoding') || Number(length) === bytes) return 0;
    return failure(`Expected a file of ${bytes} bytes but the server has ${Number(length)}.`, false);
  }
  const retryable = status >= 500 || status === 408 || status === 429;
  return failure(`The server responded with ${status} ${printable(response.statusText)}.`, retryable);
}

/** Returns the offset after the last byte that was written. */
async function writeBody(
  response: Response,
  start: number,
  { part, bytes, onProgress }: FetchFromOptions,
  onData: () => void,
): Promise<number> {
  const handle = await open(part, constants.O_WRONLY | constants.O_CREAT).catch(cantWrite(part));
  let position = start;
  try {
    for await (const chunk of response.body ?? []) {
      onData();
      if (position + chunk.length > bytes) return position + chunk.length;
      for (let written = 0; written < chunk.length; ) {
        const { bytesWritten } = await handle
          .write(chunk, written, chunk.length - written, position)
          .catch(cantWrite(part));
        written += bytesWritten;
        position += bytesWritten;
      }
      onProgress(position, bytes);
    }
  } finally {
    await handle.close();
  }
  return position;
}

/** Returns a handler that rethrows a file system error at `path` as a UserError. */
export const cantWrite =
  (path: string) =>
  (error: unknown): never => {
    throw new UserError(`Can't write '${printable(path)}': ${printable(reasonOf(error))}`, {
      hint: 'Free disk space, or set ALEXFT_CACHE to a writable folder with enough space.',
      cause: error,
    });
  };
