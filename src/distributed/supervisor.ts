// Starts the ranks of one machine, ends them together, and restarts them. JavaScript waits while ranks exchange
// tensors, so that no rank could watch over the others.

import { type ChildProcess, spawn } from 'node:child_process';
import { ExitCode } from '../core/errors.js';
import { freePort } from './rendezvous/meeting.js';

export interface Supervised {
  readonly processes: number;
  readonly maxRestarts: number;
  /** The arguments of node: the script and those of the command. */
  readonly args: readonly string[];
}

interface Watcher {
  readonly onMessage: (message: string) => void;
  /** Stops the ranks, which write a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Milliseconds that ranks have to end by themselves once one was killed, which they notice within 6 seconds, or has
 * noticed that another is gone.
 */
const grace = { killed: 8000, noticed: 4000 };

/** Set for ranks: other programs may start alexft with a channel, and close it. */
const supervised = 'ALEXFT_SUPERVISED';

/** On a rank: calls `stop` when its supervisor has ended without it, by SIGKILL for example. */
export function onSupervisorGone(stop: () => void): void {
  if (process.env[supervised] === undefined || !process.connected) return;
  process.once('disconnect', stop);
  process.channel!.unref();
}

/** How a rank has ended. */
interface End {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the ranks to their end. Returns 0, or the exit code of the rank that failed first in the last attempt. */
export async function superviseRanks(supervised: Supervised, watcher: Watcher): Promise<number> {
  for (let restarts = 0; ; restarts++) {
    const failed = await runRanks(supervised, restarts, watcher);
    if (!failed) return ExitCode.ok;
    if (watcher.signal?.aborted) return failed.code ?? ExitCode.failure;
    watcher.onMessage(`${wordsOf(failed)} All ranks have ended.`);
    if (restarts === supervised.maxRestarts || !isWorthRestart(failed))
      return failed.code ?? ExitCode.failure;
    watcher.onMessage(`Restarting them (${restarts + 1} of ${supervised.maxRestarts}).`);
  }
}

/** Wrong options, data and devices would fail again, and a signal to a rank asked all to stop. */
const isWorthRestart = ({ code }: End): boolean => code === null || code === ExitCode.failure;

const wordsOf = ({ rank, code, signal }: End): string =>
  signal ? `Rank ${rank} was ended by ${signal}.` : `Rank ${rank} has failed (exit code ${code}).`;

/** The first rank that failed; undefined where all have succeeded. */
async function runRanks(
  { processes, args }: Supervised,
  restarts: number,
  { signal }: Watcher,
): Promise<End | undefined> {
  const port = await freePort();
  const ranks = Array.from({ length: processes }, (_, rank) =>
    startRank(rank, processes, port, restarts, args),
  );
  const stop = () => sendAll(ranks, 'SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();

  let failed: End | undefined;
  const ended = ranks.map(async (child, rank) => {
    const end = await endOf(child, rank);
    if (end.code === 0 || failed) return;
    failed = end;
    const timer = AbortSignal.timeout(end.signal ? grace.killed : grace.noticed);
    timer.addEventListener('abort', () => sendAll(ranks, 'SIGKILL'), { once: true });
  });
  await Promise.all(ended);
  signal?.removeEventListener('abort', stop);
  return failed;
}

/** In a group of its own: Ctrl-C would reach it twice, once from the terminal. */
const startRank = (
  rank: number,
  processes: number,
  port: number,
  restarts: number,
  args: readonly string[],
): ChildProcess =>
  spawn(process.execPath, args, {
    detached: true,
    // The channel ends with this process, however it ends.
    stdio: [
      ...(rank === 0 ? (['inherit', 'inherit'] as const) : (['ignore', 'ignore'] as const)),
      'inherit',
      'ipc',
    ],
    env: {
      ...process.env,
      [supervised]: '1',
      ...{ RANK: String(rank), LOCAL_RANK: String(rank) },
      ...{ WORLD_SIZE: String(processes), LOCAL_WORLD_SIZE: String(processes) },
      ...{ MASTER_ADDR: '127.0.0.1', MASTER_PORT: String(port) },
      ...{ TORCHELASTIC_RESTART_COUNT: String(restarts), TORCHELASTIC_USE_AGENT_STORE: undefined },
    },
  });

const endOf = (child: ChildProcess, rank: number): Promise<End> =>
  new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code, signal) => resolve({ rank, code, signal }));
  });

const sendAll = (ranks: readonly ChildProcess[], signal: NodeJS.Signals): void => {
  for (const child of ranks) if (child.exitCode === null && child.signalCode === null) child.kill(signal);
};
