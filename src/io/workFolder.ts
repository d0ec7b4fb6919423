// A folder that is both a lock between processes and a temporary folder. If its owner is killed, the next process
// removes its contents.
//
// The lock only avoids duplicate work (two processes that download the same 270 MB): results are renamed to their
// final path when they are complete. So it is safe to take the lock from a process that wrongly seemed dead.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './makeFolder.js';

interface WorkFolderOptions {
  /** Called once with the owner's process id if another process has the folder. */
  readonly onWait: (owner: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between checks whether the folder is free. */
  readonly pollEvery?: number;
  /** Milliseconds without a heartbeat after which an owner on another machine counts as dead. */
  readonly heartbeatTimeout?: number;
}

const suffix = '.working';
const leftOver = '.leftover';
const heartbeatEvery = 5_000;

/**
 * Runs `work` with exclusive use of the folder `path`.working, and removes it afterwards. Waits while another process
 * has it, and takes it over if that process is dead.
 */
export async function withWorkFolder<T>(
  path: string,
  options: WorkFolderOptions,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = `${path}${suffix}`;
  await makeFolder(dirname(folder));
  const token = await acquire(folder, options);
  await sweep(dirname(folder));
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(join(folder, 'owner'), now, now).catch(() => {}); // the next heartbeat makes up for a missed one
  }, heartbeatEvery);
  heartbeat.unref();
  try {
    return await work(folder);
  } finally {
    clearInterval(heartbeat);
    await discard(folder, token);
  }
}

/** Waits for the folder and takes it. Returns its owner token. */
async function acquire(folder: string, options: WorkFolderOptions): Promise<string> {
  const { onWait, signal, pollEvery = 500, heartbeatTimeout = 60_000 } = options;
  const token = `${process.pid}@${hostname()} ${randomUUID().slice(0, 8)}`;
  let reported = false;
  let lastBeat = { key: '', at: performance.now() };
  while (!(await tryTake(folder, token))) {
    signal?.throwIfAborted();
    const owner = await readOwner(folder);
    // Measured with our own monotonic clock: the other machine's clock may differ, and laptops sleep.
    const key = `${owner?.token} ${owner?.beat}`;
    if (key !== lastBeat.key) lastBeat = { key, at: performance.now() };
    if ((owner && isDead(owner.token)) || performance.now() - lastBeat.at > heartbeatTimeout) {
      await discard(folder, owner?.token);
      continue;
    }
    if (owner && !reported) onWait(owner.token.split('@')[0]!);
    reported ||= owner !== undefined;
    await sleep(pollEvery, undefined, { signal });
  }
  return token;
}

/** Atomically creates the folder with its owner's token. Returns false if another process has it. */
async function tryTake(folder: string, token: string): Promise<boolean> {
  const own = `${folder}.${process.pid}-${randomUUID().slice(0, 8)}${leftOver}`;
  await mkdir(own);
  try {
    await writeFile(join(own, 'owner'), token);
    await rename(own, folder); // fails if `folder` exists and is not empty
    return true;
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function readOwner(folder: string): Promise<{ token: string; beat: number } | undefined> {
  try {
    const file = join(folder, 'owner');
    return { token: await readFile(file, 'utf8'), beat: (await stat(file)).mtimeMs };
  } catch {
    return undefined; // it is being removed: the next attempt to take it may succeed
  }
}

/** Whether the owner has exited. Only known for processes of this machine. */
function isDead(token: string): boolean {
  const [, pid, host] = /^(\d+)@(.*) \w+$/.exec(token) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'; // EPERM: it runs as another user
  }
}

/** Removes the folder if `token` still owns it. Renames it first, so that only one of several processes succeeds. */
async function discard(folder: string, token: string | undefined): Promise<void> {
  const renamed = `${folder}.${process.pid}-${randomUUID().slice(0, 8)}${leftOver}`;
  try {
    await rename(folder, renamed);
  } catch {
    return; // another process removed it
  }
  if ((await readOwner(renamed))?.token !== token) {
    await rename(renamed, folder).catch(() => {}); // another process has taken it since
    return;
  }
  await removeIfPossible(renamed);
}

/** Failures are left to a later sweep: a killed program's child may still write into it, or another user owns it. */
const removeIfPossible = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});

/** Removes the remains of killed processes: renamed folders, and work folders whose owner is dead. */
export async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const path = join(parent, name);
    if (name.endsWith(leftOver)) {
      const pid = /\.(\d+)-\w+\.leftover$/.exec(name)?.[1];
      if (pid && isDead(`${pid}@${hostname()} x`)) await removeIfPossible(path);
    } else if (name.endsWith(suffix)) {
      const owner = await readOwner(path);
      if (owner && isDead(owner.token)) await discard(path, owner.token);
    }
  }
}
