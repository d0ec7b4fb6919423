// Remembers for a day that a server could not be reached, so that not every training waits for the timeouts again.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { download, UnreachableError } from '../io/download.js';

/** Milliseconds until a training tries again. */
const retryAfter = 24 * 60 * 60 * 1000;

export interface RecentFailure {
  readonly failedAt: Date;
  readonly retryAt: Date;
}

/** Next to the downloaded file: the time of the last failure. */
const recordFile = (path: string): string => `${path}.unreachable`;

/**
 * Like `download`, and records a failure to reach the server; a success removes the record. Other failures, such as a
 * wrong hash or an abort, are not recorded.
 */
export async function downloadWithRecord(...args: Parameters<typeof download>): Promise<void> {
  const record = recordFile(args[1]);
  try {
    await download(...args);
  } catch (error) {
    // Without write access to the cache there is no record, and the next training tries again.
    if (error instanceof UnreachableError) {
      await writeFile(record, `${new Date().toISOString()}\n`).catch(() => {});
    }
    throw error;
  }
  await rm(record, { force: true }).catch(() => {});
}

/** The last failure to reach the server of the file at `path`, if it is less than a day old. */
export async function recentFailure(path: string): Promise<RecentFailure | undefined> {
  const text = await readFile(recordFile(path), 'utf8').catch(() => '');
  const failedAt = Date.parse(text.trim());
  const age = Date.now() - failedAt;
  if (!(age >= 0 && age < retryAfter)) return undefined; // also if the file is damaged or the clock was set back
  return { failedAt: new Date(failedAt), retryAt: new Date(failedAt + retryAfter) };
}
