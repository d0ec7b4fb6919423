// alexft launch: trains in several processes on this machine.

import type { Context } from '../../core/context.js';
import { quoted, usageError } from '../../core/errors.js';
import { superviseRanks } from '../../distributed/supervisor.js';

interface LaunchOptions {
  readonly processes: number | undefined;
  readonly maxRestarts: number;
}

/**
 * Runs `alexft train` with the arguments in `words` after 'train', once for each rank. `program`: the script that node
 * runs. Returns the exit code.
 */
export async function launch(
  words: readonly string[],
  { processes, maxRestarts }: LaunchOptions,
  program: string,
  context: Pick<Context, 'onMessage' | 'signal'>,
): Promise<number> {
  if (processes === undefined)
    throw usageError('--processes is missing.', 'Give the number of ranks: --processes N.');
  if (words[0] !== 'train') {
    throw usageError(
      `Expected train after -- but received ${words[0] === undefined ? 'nothing' : quoted(words[0])}.`,
      'For example: alexft launch --processes 2 -- train --data DIR',
    );
  }
  const isGiven = (flag: string) => words.some((word) => word === flag || word.startsWith(`${flag}=`));
  if (maxRestarts > 0 && !isGiven('--out') && !isGiven('--resume')) {
    throw usageError('--max-restarts needs the folder of the run.', 'Give train the option --out DIR.');
  }
  return await superviseRanks({ processes, maxRestarts, args: [program, ...words] }, context);
}
