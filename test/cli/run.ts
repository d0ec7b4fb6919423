// alexft as a process, as a person or a program runs it.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support.js';

export const executable = join(root, 'dist', 'bin.js');

export interface Ended {
  /** The exit code, or the signal that killed it. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Uint8Array;
  /** Seconds after which it hangs; 120 if nothing is said. */
  patience?: number;
  /** Is given the process and what it has written to stdout so far, at each piece. */
  onStdout?: (child: ChildProcess, stdout: string) => void;
  onStderr?: (child: ChildProcess, stderr: string) => void;
}

/** Runs alexft and waits for its end. Nothing is fetched. Fails where a stack is shown: that is never for a user. */
export function alexft(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [executable, ...words], options);
}

/** Runs a line of shell, in which `"$@"` is alexft with `words`. */
export function inShell(line: string, words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run('sh', ['-c', line, 'sh', process.execPath, executable, ...words], options);
}

/** For a test's `skip`. */
export const withoutTerminal = spawnSync('script', ['--version']).status === 0 ? false : 'script is not here';

/**
 * Runs alexft on a terminal of its own of so many `columns`, and gives what it wrote there: stdout and stderr, with all
 * that moves the cursor. `after` goes on in the same shell.
 */
export function onTerminal(
  words: readonly string[],
  { columns, after = '', ...options }: RunOptions & { columns: number; after?: string },
): Promise<Ended> {
  const command = [process.execPath, executable, ...words].map((word) => `'${word}'`).join(' ');
  const env = { TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: '', NO_COLOR: '', ...options.env };
  return run('script', ['-qec', `stty cols ${columns} rows 30; ${command} ${after}`, '/dev/null'], {
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
    killSignal: 'SIGKILL', // another one is answered
  });
  const ended = new Promise<Ended['code']>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (onStdout) watch(child, child.stdout, onStdout);
  if (onStderr) watch(child, child.stderr, onStderr);
  child.stdin.on('error', () => {}); // it may end without having read all
  child.stdin.end(input);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  assert.doesNotMatch(stderr, /^\s+at /m, `a stack in: ${args.join(' ')}`);
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

/** The objects of a `--json` output: every line has to be one. */
export const jsonLines = (stdout: string): Record<string, unknown>[] => {
  assert.ok(stdout.endsWith('\n'), `no line: '${stdout}'`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** Words of a training of AlexNet that shows all phases and needs nothing fetched, without features of an earlier one. */
export const classifierFromScratch: readonly string[] =
  '--weights none --trainable classifier --device cpu --batch-size 2 --cache-limit 0'.split(' ');
