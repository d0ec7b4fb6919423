// Runs alexft as a process.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support.js';

export const executable = join(root, 'dist', 'bin.js');

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Uint8Array;
  /** Seconds after which it is killed. Default: 120. */
  patience?: number;
  /** Called at each chunk with everything that was written to stdout so far. */
  onStdout?: (child: ChildProcess, stdout: string) => void;
  onStderr?: (child: ChildProcess, stderr: string) => void;
}

/** Runs alexft offline until it ends. Fails if it prints a stack trace. */
export function alexft(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [executable, ...words], options);
}

/** Runs a shell command line in which `"$@"` is alexft with `words`. */
export function inShell(line: string, words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run('sh', ['-c', line, 'sh', process.execPath, executable, ...words], options);
}

/** For a test's `skip`. */
export const withoutTerminal =
  spawnSync('script', ['--version']).status === 0 ? false : 'script(1) is not installed';

/**
 * Runs alexft on a pseudo-terminal and returns what it wrote there: stdout and stderr, with all control sequences.
 * `after` is appended to the shell command. The first line written is the path of the terminal.
 */
export function onTerminal(
  words: readonly string[],
  { columns, after = '', ...options }: RunOptions & { columns: number; after?: string },
): Promise<Ended> {
  const command = [process.execPath, executable, ...words].map((word) => `'${word}'`).join(' ');
  const env = { TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: '', NO_COLOR: '', ...options.env };
  return run('script', ['-qec', `tty; stty cols ${columns} rows 30; ${command} ${after}`, '/dev/null'], {
    ...options,
    env,
  });
}

async function run(
  command: string,
  args: readonly string[],
  { cwd, env, input, patience = 120, onStdout, onStderr }: RunOptions,
): Promise<Ended> {
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ALEXFT_OFFLINE: '1', ...env },
    timeout: patience * 1000,
    killSignal: 'SIGKILL', // alexft handles others
  });
  const ended = new Promise<Ended['code']>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (onStdout) watch(child, child.stdout, onStdout);
  if (onStderr) watch(child, child.stderr, onStderr);
  child.stdin.on('error', () => {}); // it may end without reading everything
  child.stdin.end(input);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+\)?$/m, `a stack trace in: ${args.join(' ')}`);
  assert.doesNotMatch(stderr, /This is a bug/);
  return { code, stdout, stderr };
}

function watch(
  child: ChildProcess,
  stream: NodeJS.ReadableStream,
  listener: (child: ChildProcess, soFar: string) => void,
): void {
  let soFar = '';
  stream.on('data', (piece: Buffer) => {
    soFar += piece.toString();
    listener(child, soFar);
  });
}

/** The objects of a `--json` output, one per line. */
export const jsonLines = (stdout: string): Record<string, unknown>[] => {
  assert.ok(stdout.endsWith('\n'), `no lines: '${stdout}'`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** Options of a training with all phases that downloads nothing and uses no cached features. */
export const classifierFromScratch: readonly string[] =
  '--weights none --trainable classifier --device cpu --batch-size 2 --cache-limit 0'.split(' ');
