// The user's pip, in a process of its own.

import { spawn } from 'node:child_process';
import { printable } from '../core/errors.js';

export const python = process.platform === 'win32' ? 'python' : 'python3';

/** Whether pip and its children are a process group of their own, which Windows has not. */
const inGroup = process.platform !== 'win32';

export interface PipResult {
  readonly code: number | null;
  /** The last lines that it wrote to stderr. */
  readonly lastWords: string;
  /** There is no Python. */
  readonly missing: boolean;
}

/** Runs pip to its end, which the signal hastens. Throws nothing of pip's: see the result. */
export async function runPip(
  words: readonly string[],
  { temporary, signal }: { temporary?: string; signal?: AbortSignal | undefined } = {},
): Promise<PipResult> {
  // pip downloads into its temporary folder: a place of ours, so that its growth can be seen, it is on the disk that
  // has the room, and it goes even if pip is killed.
  const place = temporary && { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const child = spawn(python, ['-m', 'pip', ...words], {
    env: { ...process.env, ...place },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: inGroup,
  });
  // `python3` may be a script (pyenv's is) with pip as its child, and pip has children too: all of them have to go.
  const stop = () => {
    try {
      if (inGroup && child.pid !== undefined) process.kill(-child.pid);
      else child.kill();
    } catch {
      // It has ended.
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
    lastWords: lines
      .filter((line) => line !== '')
      .slice(-5)
      .map(printable)
      .join('\n'),
  };
}
