// A folder in which one process at a time makes something: it is the lock and the temporary folder in one. Whatever
// a killed process left in it goes when the next one takes it over.
//
// The lock saves work (two processes fetching the same 270 MB). Nothing is wrong without it, since what is made here
// is renamed into place when it is whole: so taking over from a process that only seemed dead harms nothing.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './makeFolder.js';

interface WorkFolderOptions {
  /** Told once, if another process has the folder, with that one's process id. */
  readonly onWait: (owner: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** How often to look whether the other is done, in milliseconds. */
  readonly pollEvery?: number;
  /** Milliseconds without a sign of life after which an owner on another machine counts as dead. */
  readonly patience?: number;
}

const suffix = '.working';
const leftOver = '.leftover';
const heartbeatEvery = 5_000;

/**
 * Runs `make` with the folder `path`.working, which nobody else has meanwhile, and removes the folder afterwards.
 * Waits while another process has it; takes it over where that process is gone.
 */
export async function withWorkFolder<T>(
  path: string,
  options: WorkFolderOptions,
  make: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = `${path}${suffix}`;
  await makeFolder(dirname(folder));
  const token = await acquire(folder, options);
  await sweep(dirname(folder));
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(join(folder, 'owner'), now, now).catch(() => {}); // a missed beat is made good by the next
  }, heartbeatEvery);
  heartbeat.unref();
  try {
    return await make(folder);
  } finally {
    clearInterval(heartbeat);
    await discard(folder, token);
  }
}

/** Returns the token that is now in the folder. */
async function acquire(folder: string, options: WorkFolderOptions): Promise<string> {
  const { onWait, signal, pollEvery = 500, patience = 60_000 } = options;
  const token = `${process.pid}@${hostname()} ${randomUUID().slice(0, 8)}`;
  let told = false;
  let lastSign = { of: '', at: performance.now() };
  while (!(await take(folder, token))) {
    signal?.throwIfAborted();
    const owner = await readOwner(folder);
    // Our own clock is asked how long nothing was heard: another machine's may differ, and laptops sleep.
    if (`${owner?.token} ${owner?.beat}` !== lastSign.of) {
      lastSign = { of: `${owner?.token} ${owner?.beat}`, at: performance.now() };
    }
    if ((owner && isDead(owner.token)) || performance.now() - lastSign.at > patience) {
      await discard(folder, owner?.token);
      continue;
    }
    if (owner && !told) onWait(owner.token.split('@')[0]!);
    told ||= owner !== undefined;
    await sleep(pollEvery, undefined, { ...(signal && { signal }) });
  }
  return token;
}

/** Makes the folder with its owner's name in it, both at once. False where someone has it. */
async function take(folder: string, token: string): Promise<boolean> {
  const own = `${folder}.${process.pid}-${randomUUID().slice(0, 8)}${leftOver}`;
  await mkdir(own);
  try {
    await writeFile(join(own, 'owner'), token);
    await rename(own, folder); // fails where there is such a folder with something in it
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
    return undefined; // it is being removed: the next attempt to take it will tell
  }
}

/** Whether the owner is known to be gone, which only its own machine can tell. */
function isDead(token: string): boolean {
  const [, pid, host] = /^(\d+)@(.*) \w+$/.exec(token) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'; // EPERM: alive, of another user
  }
}

/** Removes the folder if it is still `token`'s. Renamed first, so that of two who try, one does. */
async function discard(folder: string, token: string | undefined): Promise<void> {
  const aside = `${folder}.${process.pid}-${randomUUID().slice(0, 8)}${leftOver}`;
  try {
    await rename(folder, aside);
  } catch {
    return; // someone else did it
  }
  if ((await readOwner(aside))?.token !== token) {
    await rename(aside, folder).catch(() => {}); // someone was quicker, and this is his new one
    return;
  }
  await removeIfPossible(aside);
}

/** What can't go now (a killed program's child still writes into it, or it is another user's) goes with a later sweep. */
const removeIfPossible = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});

/** Removes what killed processes left: folders on their way in or out, and work folders that nobody has. */
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
