// run.lock: one process at a time writes to a run's folder. The next process takes over the lock of one that was
// killed.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { printable, reasonOf, UserError } from '../core/errors.js';
import { isCount, isObject } from '../core/json.js';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** The start time of the process, in the system's units: its pid may be reused. */
  readonly started: string | undefined;
  readonly token: string;
}

const lockOf = (folder: string): string => join(folder, 'run.lock');

export interface RunLock {
  release(): Promise<void>;
}

/** Locks the folder. Throws a UserError where a living process holds the lock, or it can't be written. */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = lockOf(folder);
  const own: Owner = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    token: randomUUID(),
  };
  try {
    while (!(await create(path, own))) {
      const owner = await readOwner(path);
      if (owner && isAlive(owner)) throw occupied(folder, owner);
      await removeStale(path, owner?.token);
    }
    await sweep(path);
  } catch (error) {
    throw error instanceof UserError ? error : cannotLock(folder, error);
  }
  // No process removes the lock of a living one.
  return {
    release: async () => {
      try {
        if ((await readOwner(path))?.token === own.token) await rm(path, { force: true });
      } catch {
        // A lock that remains is stale once this process has ended.
      }
    },
  };
}

/** Whether a living process holds the lock of the run in `folder`. */
export async function isLocked(folder: string): Promise<boolean> {
  const owner = await readOwner(lockOf(folder)).catch(() => undefined);
  return owner !== undefined && isAlive(owner);
}

/** Creates the lock and its content in one operation. False where it exists. */
async function create(path: string, own: Owner): Promise<boolean> {
  const draft = aside(path, own.token);
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(JSON.stringify(own)).finally(() => file.close());
    await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      await (await open(path, 'wx')).close(); // no hard links here: the process that created the file may replace it
      await rename(draft, path);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A name beside the lock, for drafts and stale locks. */
const aside = (path: string, token: string): string => `${path}.${token}`;

/** Undefined where there is no lock, or it names no owner. Throws where it can't be read. */
async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    const owner: unknown = JSON.parse(text);
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

const isOwner = (value: unknown): value is Owner =>
  isObject(value) &&
  isCount(value.pid) &&
  value.pid > 0 && // 0 means every process of the group
  typeof value.host === 'string' &&
  typeof value.token === 'string';

/** Removes the drafts of processes that were killed while they locked. */
async function sweep(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const file = join(dirname(path), name);
    if (!file.startsWith(`${path}.`)) continue;
    const owner = await readOwner(file);
    if (!owner || !isAlive(owner)) await rm(file, { force: true });
  }
}

/** Removes the lock of `token`. It is renamed first, so that only one of two processes removes it. */
async function removeStale(path: string, token: string | undefined): Promise<void> {
  if ((await readOwner(path))?.token !== token) return;
  const taken = aside(path, randomUUID());
  try {
    await rename(path, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another process did it
    throw error;
  }
  const found = await readOwner(taken);
  // Another process was faster, and this is its new lock: put it back, unless there is yet another.
  if (found && found.token !== token) await link(taken, path).catch(() => {});
  await rm(taken, { force: true });
}

/** The state of a process on another machine is unknown: its lock counts. */
function isAlive({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false; // EPERM: alive, of another user
  }
  return started === undefined || startOf(pid) === started;
}

/** The 22nd field of /proc/PID/stat (man proc); undefined where there is no such file. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

const occupied = (folder: string, { pid, host }: Owner): UserError =>
  new UserError(`Process ${pid} on ${printable(host)} is training into '${printable(folder)}'.`, {
    hint: `Name another folder with --out, or wait for it. If there is no such process, remove '${printable(lockOf(folder))}'.`,
  });

const cannotLock = (folder: string, error: unknown): UserError =>
  new UserError(`Cannot write to '${printable(folder)}': ${printable(reasonOf(error))}`, {
    hint: 'A training writes its state to that folder: make sure that the disk has space and the folder is writable.',
    cause: error,
  });
