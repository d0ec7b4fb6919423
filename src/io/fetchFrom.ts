// One attempt at a download: asks for what is missing of a file and writes it where it belongs.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { printable, reasonOf, UserError } from '../core/errors.js';

interface FetchFromOptions {
  /** The file to write into, which has the first `start` bytes. */
  readonly part: string;
  readonly start: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** Milliseconds without a byte after which the connection is given up. */
  readonly stall: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** `mayPass`: the next attempt may do better. `reason` is a sentence. */
type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly mayPass: boolean };

const failure = (reason: string, mayPass: boolean): Outcome => ({ ok: false, reason, mayPass });

/** Throws the signal's reason once it is aborted, and a UserError where `part` can't be written. */
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
      : failure(`The connection was cut after ${end} of ${bytes} bytes.`, true);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    if (stalled.signal.aborted) return failure(`Nothing came for ${stall / 1000} s.`, true);
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined; // fetch itself only says "fetch failed"
    return failure(`${printable(cause?.message || cause?.code || reasonOf(error))}.`, true);
  } finally {
    clearTimeout(watch);
  }
}

/** Where the answer's bytes begin in the file; a failure if it is no answer to what was asked. */
function startOf(response: Response, { start, bytes }: FetchFromOptions): number | Outcome {
  const { status, headers } = response;
  if (status === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(from) === start && (total === '*' || Number(total) === bytes)) return start;
    return failure(
      `The server sent '${printable(headers.get('content-range') ?? 'no content-range')}' of a file of ${bytes} bytes.`,
      false,
    );
  }
  if (status === 200) {
    const length = headers.get('content-length');
    // A sign-in page of the network, say.
    if (length === null || headers.has('content-encoding') || Number(length) === bytes) return 0;
    return failure(`The server has ${Number(length)} bytes there, expected ${bytes}.`, false);
  }
  const mayPass = status >= 500 || status === 408 || status === 429;
  return failure(`The server answered ${status} ${printable(response.statusText)}.`, mayPass);
}

/** Returns the position after the last byte that was written. */
async function writeBody(
  response: Response,
  start: number,
  { part, bytes, onProgress }: FetchFromOptions,
  onLife: () => void,
): Promise<number> {
  const handle = await open(part, constants.O_WRONLY | constants.O_CREAT).catch(cantWrite(part));
  let position = start;
  try {
    for await (const chunk of response.body ?? []) {
      onLife();
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

/** Throws, of an error of the file system at `path`, one that says what to do. */
export const cantWrite =
  (path: string) =>
  (error: unknown): never => {
    throw new UserError(`Can't write '${printable(path)}': ${printable(reasonOf(error))}`, {
      hint: 'Make room, or set ALEXFT_CACHE to a folder that is writable and has the space.',
      cause: error,
    });
  };
