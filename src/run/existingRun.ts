// A run that is already in a folder.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, usageError } from '../core/errors.js';
import { cannotWrite } from './cannotWrite.js';
import { stepsIn } from './checkpoint/checkpointFolder.js';
import { readRunFile, runFiles } from './runFiles.js';

/** The files of a run that `path` has. Throws a UserError where it is no folder. */
export async function filesOfRun(path: string): Promise<string[]> {
  const present = await readdir(path).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw cannotWrite(path, error);
  });
  return Object.values(runFiles).filter((name) => present.includes(name));
}

/**
 * Throws a usage error where `path` has a run that did not fail before its first step, and a UserError where it is no
 * folder. Changes nothing.
 */
export async function requireNoRun(path: string): Promise<void> {
  const files = await filesOfRun(path);
  if (files.length === 0 || (await endedAtStart(path, files))) return;
  throw usageError(
    `'${printable(path)}' already has a run (${files.join(', ')}), which would be overwritten.`,
    'Name another folder with --out, or replace that run with --force.',
  );
}

/**
 * Whether the run in `path` failed, or was killed before it had a run.json, before its first step: there is nothing in
 * it to lose.
 */
async function endedAtStart(path: string, files: readonly string[]): Promise<boolean> {
  const run = await readRunFile(path).catch(() => undefined);
  const lost: readonly string[] = [runFiles.run, runFiles.best, runFiles.last, runFiles.report];
  const hasEnded = run ? run.state === 'failed' : !files.some((name) => lost.includes(name));
  if (!hasEnded || (await stepsIn(path)).length > 0) return false;
  const events = await readFile(join(path, runFiles.events), 'utf8').catch(() => undefined);
  return events !== undefined && !/^\{"event":"step"/m.test(events);
}
