// Runs the user's pip in a child process.

import { spawn } from 'node:child_process';
import { printable } from '../core/errors.js';

export const python = process.platform === 'win32' ? 'python' : 'python3';

/** Whether pip and its children run in their own process group. Windows has none. */
const inGroup = process.platform !== 'win32';

export interface PipResult {
  readonly code: number | null;
  /** The last lines of stderr. */
  readonly lastLines: string;
  /** Python is not installed. */
  readonly missing: boolean;
}

/** Runs pip until it exits, and kills it when the signal is aborted. A failure of pip is in the result, not thrown. */
export async function runPip(
  args: readonly string[],
  { temporary, signal }: { temporary?: string; signal?: AbortSignal | undefined } = {},
): Promise<PipResult> {
  // pip downloads into its temporary folder. With our own, the progress can be measured, the disk has enough space,
  // and the files are removed even if pip is killed.
  const environment = temporary && { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const child = spawn(python, ['-m', 'pip', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: inGroup,
  });
  // The whole group: `python3` may be a script that runs Python (pyenv's is), and pip has child processes.
  const stop = () => {
    try {
      if (inGroup && child.pid !== undefined) process.kill(-child.pid);
      else child.kill();
    } catch {
      // It has already exited.
    }
  };
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  process.on('exit', stop);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  let missing = false;
  child.on('error', (error: NodeJS.ErrnoException) => {
    missing ||= error.code === 'ENOENT'; // 'close' follows
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  signal?.removeEventListener('abort', stop);
  process.off('exit', stop);
  const lines = stderr.split('\n').map((line) => line.trim());
  return {
    code,
    missing,
    lastLines: lines
      .filter((line) => line !== '')
      .slice(-5)
      .map(printable)
      .join('\n'),
  };
}
