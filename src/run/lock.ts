// One process at a time writes to a run's folder: `run.lock` in it says which. A process that was killed leaves its lock
// behind; the next one sees that it is gone.

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
  /** When the process started, as its system counts: another process may have its number by now. */
  readonly started: string | undefined;
  readonly token: string;
}

export interface RunLock {
  release(): Promise<void>;
}

/** Takes the folder's lock. Throws a UserError where another process that is alive has it, or it can't be written. */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, 'run.lock');
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
      await takeAway(path, owner?.token);
    }
    await sweep(path);
  } catch (error) {
    throw error instanceof UserError ? error : cannotLock(folder, error);
  }
  // Nobody takes away what a living process has: no need to look twice.
  return {
    release: async () => {
      try {
        if ((await readOwner(path))?.token === own.token) await rm(path, { force: true });
      } catch {
        // A lock that stays does not count once this process is gone.
      }
    },
  };
}

/** Makes the lock with its owner in it, both at once. False where someone has it. */
async function create(path: string, own: Owner): Promise<boolean> {
  const draft = aside(path, own.token);
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(JSON.stringify(own)).finally(() => file.close());
    await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      await (await open(path, 'wx')).close(); // a file system without links: who has made it may replace it
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

/** A name beside the lock for its drafts and its dead. */
const aside = (path: string, token: string): string => `${path}.${token}`;

/** Undefined where the lock is gone, or has no owner in it. Throws where it is there and can't be read. */
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
  value.pid > 0 && // 0 is every process of the group
  typeof value.host === 'string' &&
  typeof value.token === 'string';

/** Removes what processes left that were killed while they took the lock. */
async function sweep(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const file = join(dirname(path), name);
    if (!file.startsWith(`${path}.`)) continue;
    const owner = await readOwner(file);
    if (!owner || !isAlive(owner)) await rm(file, { force: true });
  }
}

/** Removes the lock if it is still the one of `token`: renamed first, so that of two who try, one does. */
async function takeAway(path: string, token: string | undefined): Promise<void> {
  if ((await readOwner(path))?.token !== token) return;
  const taken = aside(path, randomUUID());
  try {
    await rename(path, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // someone else did it
    throw error;
  }
  const found = await readOwner(taken);
  // Someone was quicker, and this is his new one: back with it, unless there is yet another.
  if (found && found.token !== token) await link(taken, path).catch(() => {});
  await rm(taken, { force: true });
}

/** Of a process on another machine nothing can be known: its lock counts. */
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
  new UserError(
    `Process ${pid} on ${printable(host)} is training into '${printable(folder)}' at this moment.`,
    {
      hint: `Name another folder with --out, or wait for it. If there is no such process, remove '${printable(join(folder, 'run.lock'))}'.`,
    },
  );

const cannotLock = (folder: string, error: unknown): UserError =>
  new UserError(`Cannot write to '${printable(folder)}': ${printable(reasonOf(error))}`, {
    hint: 'A training keeps its state in that folder: see to it that the disk has room and that it may be written.',
    cause: error,
  });
