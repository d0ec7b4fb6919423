// alexft runs tensorboard: event files for past runs.

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, silentContext } from '../../core/context.js';
import { dataError, printable, reasonOf, UserError } from '../../core/errors.js';
import { writeOutputFile } from '../../io/outputFile.js';
import { withDefaults } from '../../options/option.js';
import { type ConvertOptions, convertOptions } from '../../options/runsOptions.js';
import { isLocked } from '../../run/lock.js';
import { eventFilePrefix } from '../../run/runFiles.js';
import { eventFileIn } from '../../tensorboard/board.js';
import { convertedRun } from '../../tensorboard/convert.js';
import { runsIn } from './listRuns.js';

export interface ConvertedRun {
  readonly run: string;
  /** The event file that was written. */
  readonly file?: string;
  /** Why none was written. */
  readonly reason?: string;
}

/** Writes an event file into each run of `folder` that has none. Throws a data error where there is no run. */
export async function convertRuns(
  folder: string,
  given: Partial<ConvertOptions> = {},
  { signal }: Context = silentContext,
): Promise<ConvertedRun[]> {
  const { force } = withDefaults(convertOptions, given);
  const runs = await runsIn(folder);
  if (runs.length === 0)
    throw dataError(`There are no runs in '${printable(folder)}'.`, 'Name a run, or their folder.');
  const converted: ConvertedRun[] = [];
  for (const run of runs) {
    signal?.throwIfAborted();
    converted.push({ run, ...(await convert(run, force)) });
  }
  return converted;
}

async function convert(run: string, force: boolean): Promise<Omit<ConvertedRun, 'run'>> {
  if (await isLocked(run)) return { reason: 'a process trains into it' };
  const existing = (await readdir(run)).filter((name) => name.startsWith(eventFilePrefix));
  if (existing.length > 0 && !force) return { reason: 'it has event files; --force replaces them' };
  try {
    const bytes = await convertedRun(run);
    const file = eventFileIn(run);
    await writeOutputFile(file, bytes);
    for (const name of existing) await rm(join(run, name));
    return { file };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { reason: reasonOf(error) };
  }
}
