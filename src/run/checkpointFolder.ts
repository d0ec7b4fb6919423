// The folders of a run's checkpoints, `checkpoint/STEP/`: which there are, whether they are whole, how they go.

import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, reasonOf, UserError } from '../core/errors.js';
import { sha256OfFile, syncFolder } from '../io/atomic.js';
import type { SpareFiles } from '../io/spareFiles.js';

export const checkpointFiles = {
  parameters: 'parameters.safetensors',
  optimizer: 'optimizer.safetensors',
  state: 'state.json',
  sums: 'SHA256SUMS',
  /** The best model at that time. Not among the sums: without it a training can still go on. */
  best: 'best.safetensors',
} as const;
const tensorFiles = [checkpointFiles.parameters, checkpointFiles.optimizer] as const;
const summed = [...tensorFiles, checkpointFiles.state] as const;
export type Sums = Readonly<Record<(typeof summed)[number], string>>;

export const checkpointsOf = (run: string): string => join(run, 'checkpoint');
export const checkpointOf = (run: string, step: number): string => join(checkpointsOf(run), String(step));

/** The steps of which there are checkpoints, the latest first. Throws where that can't be told. */
export async function stepsIn(run: string): Promise<number[]> {
  return (await namesIn(checkpointsOf(run)))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

/** As `sha256sum` writes and checks them. */
export const sumsText = (sums: Sums): string => summed.map((name) => `${sums[name]}  ${name}\n`).join('');

/**
 * What is wrong with a checkpoint, in words; undefined where all its bytes are those that were written. Throws a
 * UserError where it may not or can't be read now: that says nothing about it.
 */
export async function damageOf(run: string, step: number): Promise<string | undefined> {
  const folder = checkpointOf(run, step);
  const found: Record<string, string> = {};
  for (const name of summed) {
    try {
      found[name] = await sha256OfFile(join(folder, name));
    } catch (error) {
      return damageBehind(error, folder);
    }
  }
  const text = await readFile(join(folder, checkpointFiles.sums), 'utf8').catch((error) =>
    damageBehind(error, folder),
  );
  if (text === sumsText(found as Sums)) return undefined;
  const changed = summed.find((name) => !text.includes(`${found[name]}  ${name}\n`));
  return `${changed ?? checkpointFiles.sums} is not what was written`;
}

/** Missing, in the way, or on a part of the disk that can't be read any more. */
const damages = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EIO'];

/** An error as damage, in words. Throws a UserError where it says nothing about the file, such as that it may not be read. */
export function damageBehind(error: unknown, path: string): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (damages.includes(code)) return printable(reasonOf(error));
  throw new UserError(`'${printable(path)}' can't be read: ${printable(reasonOf(error))}`, {
    hint: 'It may be whole: see to what keeps it from being read, and try again.',
    cause: error,
  });
}

/** Removes all checkpoints of a run, for one that is complete. */
export async function removeCheckpoints(run: string): Promise<void> {
  for (const step of await stepsIn(run)) await removeCheckpoint(run, step);
  await removeUnfinished(run);
  await rm(checkpointsOf(run), { recursive: true, force: true });
}

/**
 * Under another name first: half of a checkpoint is never under a checkpoint's name, after a power cut either. `spares`
 * takes its large files, in the place of those that it had.
 */
export async function removeCheckpoint(run: string, step: number, spares?: SpareFiles): Promise<void> {
  const aside = join(checkpointsOf(run), `.${step}-${process.pid}-old`);
  await rename(checkpointOf(run, step), aside);
  if (spares) {
    await syncFolder(checkpointsOf(run));
    await spares.clear();
    for (const name of tensorFiles) await spares.keep(join(aside, name));
  }
  await rm(aside, { recursive: true, force: true });
}

/** Removes what killed processes left. */
export async function removeUnfinished(run: string): Promise<void> {
  for (const name of await namesIn(checkpointsOf(run))) {
    if (name.startsWith('.')) await rm(join(checkpointsOf(run), name), { recursive: true, force: true });
  }
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
