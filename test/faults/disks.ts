// Disks that are full, read-only or slow. Full and read-only ones are small file systems in memory, which only root can
// make.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note, type Tally } from './tally.js';
import { judge, runWriter } from './writer.js';

/** For a test's `skip`. */
export function withoutMount(): string | false {
  if (process.platform !== 'linux') return 'tmpfs is of Linux';
  try {
    inSmallDisk(64, () => {});
    return false;
  } catch {
    return 'only root can mount a file system';
  }
}

/** Gives `use` a folder that is a disk of that number of kilobytes. */
function inSmallDisk<T>(kilobytes: number, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'alexft-disk-'));
  try {
    mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const leave = () => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  const result = use(folder);
  if (result instanceof Promise) return result.finally(leave) as T;
  leave();
  return result;
}

function mount(...words: string[]): void {
  const { status, stderr, error } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(stderr);
}

const remount = (folder: string, options: string): void => mount('-o', `remount,${options}`, folder);

/** So that the room that there is, is not known before. */
const blind = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=statfs,fstatfs:error=ENOSYS'];

/** Disks of each size, with and without the check of their room, that become full; and then have room again. */
export async function fillDisks(
  kilobytes: Iterable<number>,
  until: number,
  tallyOf: (kind: string) => Tally,
) {
  for (const size of kilobytes) {
    for (const checked of [true, false]) {
      if (performance.now() > until) return;
      const tally = tallyOf(checked ? 'disk full, seen before' : 'disk full, in the middle of a write');
      const what = `${size} KB`;
      await inSmallDisk(size, async (disk) => {
        const run = join(disk, 'run');
        const ended = await runWriter(run, 8, undefined, [], checked ? [] : blind);
        if (ended.end === 0) return; // it was large enough
        await judge(run, ended.written, ended, tally, what);
        const sentence = checked ? /failed .*Expected .* MB of free disk space/ : /failed .*ENOSPC/;
        if (ended.end !== 1 || !sentence.test(ended.output)) {
          note(tally, 'rough', `${what}: ended with ${ended.end}: ${ended.output}`);
        }
        remount(disk, 'size=16m');
        const after = await runWriter(run, 2);
        await judge(run, Math.max(ended.written, after.written), after, tally, `${what}, then more`);
        if (after.end !== 0) note(tally, 'lost', `${what}: can't resume with room: ${after.output}`);
      });
    }
  }
}

/** A disk that is read-only, from the beginning or from after some checkpoints. */
export async function forbidWriting(tally: Tally): Promise<void> {
  for (const before of [0, 3]) {
    await inSmallDisk(16_384, async (disk) => {
      const run = join(disk, 'run');
      await runWriter(run, before);
      remount(disk, 'ro');
      const ended = await runWriter(run, 1);
      await judge(run, before, ended, tally, `read-only after ${before}`);
      if (ended.end !== 1 || !/failed .*EROFS/.test(ended.output)) {
        note(tally, 'rough', `read-only after ${before}: ${ended.end}: ${ended.output}`);
      }
      remount(disk, 'rw');
      const after = await runWriter(run, 1);
      if (after.end !== 0) note(tally, 'lost', `can't resume when it may write again: ${after.output}`);
    });
  }
}

/** A disk that takes a tenth of a second for each write, and one that takes half a second to sync. */
export async function slowDown(folder: string, tally: Tally): Promise<void> {
  for (const delay of [
    'fsync,fdatasync:delay_enter=500000',
    'pwrite64,rename,link,mkdir:delay_exit=100000',
  ]) {
    const run = join(folder, 'slow');
    const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `inject=${delay}`];
    const ended = await runWriter(run, 4, undefined, [], under);
    await judge(run, 4, ended, tally, delay);
    if (ended.end !== 0) note(tally, 'rough', `${delay}: ${ended.end}: ${ended.output}`);
    await rm(run, { recursive: true, force: true });
  }
}
