// A fault at every system call of writing a checkpoint: a kill, or an error of the disk, put in by strace.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Effort, each, note, type Tally } from './tally.js';
import { writeCheckpoints } from './writeCheckpoints.js';
import { judge, runWriter } from './writer.js';

/** What a thread that works with files asks of the system. */
const calls =
  'open,openat,creat,read,pread64,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,lseek,close,rename,renameat,' +
  'renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,statx,stat,fstat,newfstatat,statfs,fstatfs,getdents64,copy_file_range';

/** For a test's `skip`. */
export function withoutStrace(): string | false {
  if (process.platform !== 'linux') return 'strace is of Linux';
  const { status, error } = spawnSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=close', '/bin/true']);
  if (error) return 'strace is not here';
  return status === 0 ? false : 'this machine forbids ptrace';
}

/** Steps that the run has before: none, enough that old checkpoints go, and one that ends an epoch. */
const beginnings = [0, 3, 4] as const;

export interface Fault {
  readonly before: (typeof beginnings)[number];
  readonly call: string;
  /** At the how many-th such call. */
  readonly at: number;
  readonly kind: string;
}

/** Every call that is made, with each of the kinds: `kill`, or the name of an error. */
export async function allFaults(kinds: readonly string[], runs: Beginnings): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const before of beginnings) {
    const log = join(runs.folder, `calls-${before}`);
    await attached(await runs.fresh(before), ['-e', `trace=${calls}`, '-o', log]);
    const made = Array.from((await readFile(log, 'utf8')).matchAll(/^(\w+)\(/gm), (match) => match[1]!);
    for (const call of new Set(made)) {
      const count = made.filter((name) => name === call).length;
      for (let at = 1; at <= count; at++) for (const kind of kinds) faults.push({ before, call, at, kind });
    }
  }
  return faults;
}

/** Tries the faults, and after each one whether the run can be resumed. */
export async function tryFaults(
  faults: readonly Fault[],
  runs: Beginnings,
  effort: Effort,
  tallyOf: (kind: string) => Tally,
): Promise<void> {
  await each(faults, effort, async ({ before, call, at, kind }) => {
    const tally = tallyOf(kind);
    const what = `${kind} at ${call} ${at}, after ${before} checkpoints`;
    const run = await runs.fresh(before);
    const effect = kind === 'kill' ? 'signal=SIGKILL' : `error=${kind}`;
    const ended = await attached(run, ['-o', '/dev/null', '-e', `inject=${call}:${effect}:when=${at}`]);
    if (kind === 'kill' && ended.end !== 'SIGKILL')
      note(tally, 'rough', `${what}: not killed, ${ended.end}: ${ended.output}`);
    await judge(run, Math.max(before, ended.written), ended, tally, what);
    await writeCheckpoints(run, 1).catch((error) => note(tally, 'lost', `${what}: can't resume: ${error}`));
    await rm(run, { recursive: true, force: true });
  });
}

/** Runs that have checkpoints already, to copy from. */
export interface Beginnings {
  readonly folder: string;
  fresh(before: number): Promise<string>;
  remove(): Promise<void>;
}

export async function makeBeginnings(): Promise<Beginnings> {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-faults-'));
  for (const before of beginnings) await runWriter(join(folder, `after-${before}`), before);
  let count = 0;
  const fresh = async (before: number) => {
    const run = join(folder, `run-${++count}`);
    await cp(join(folder, `after-${before}`), run, { recursive: true });
    return run;
  };
  return { folder, fresh, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Writes two checkpoints, with strace on the thread that works with files from when it begins. Where there were two
 * before, the second is written over the files of an old one.
 */
async function attached(run: string, words: readonly string[]) {
  let strace: ChildProcess | undefined;
  const onLine = (line: string, child: ChildProcess) => {
    const thread = /^thread (\d+)$/.exec(line)?.[1];
    if (thread === undefined) return;
    strace = spawn('strace', ['-p', thread, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    strace.stderr!.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('attached')) child.stdin!.end('go\n');
    });
    strace.once('exit', () => child.stdin!.end('go\n'));
  };
  const ended = await runWriter(run, 2, onLine, ['--traced']);
  if (strace && strace.exitCode === null && strace.signalCode === null) {
    await new Promise((resolve) => strace!.once('exit', resolve));
  }
  return ended;
}
