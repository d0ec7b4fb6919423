// The folders of a run's checkpoints, `checkpoint/STEP/`: listing, verification, removal.

import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, reasonOf, UserError } from '../../core/errors.js';
import { sha256OfFile } from '../../io/atomic.js';

export const checkpointFiles = {
  parameters: 'parameters.safetensors',
  optimizer: 'optimizer.safetensors',
  state: 'state.json',
  sums: 'SHA256SUMS',
  /** The best model at that time. Without a checksum: a training can be resumed without it. */
  best: 'best.safetensors',
} as const;
const summed = [checkpointFiles.parameters, checkpointFiles.optimizer, checkpointFiles.state] as const;
export type Sums = Readonly<Record<(typeof summed)[number], string>>;

export const checkpointsOf = (run: string): string => join(run, 'checkpoint');
export const checkpointOf = (run: string, step: number): string => join(checkpointsOf(run), String(step));

/** The steps that have a checkpoint, the latest first. Throws where the folder can't be read. */
export async function stepsIn(run: string): Promise<number[]> {
  return (await namesIn(checkpointsOf(run)))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

/** As `sha256sum` writes and checks them. */
export const sumsText = (sums: Sums): string => summed.map((name) => `${sums[name]}  ${name}\n`).join('');

/**
 * What is damaged in a checkpoint, in words; undefined where all bytes are those that were written. Throws a UserError
 * where it can't be read at all, such as without permission.
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

/** Missing, of another type, or on a bad part of the disk. */
const damages = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EIO'];

/** Describes an error as damage. Throws a UserError for errors that say nothing about the content, such as EACCES. */
export function damageBehind(error: unknown, path: string): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (damages.includes(code)) return printable(reasonOf(error));
  throw new UserError(`'${printable(path)}' can't be read: ${printable(reasonOf(error))}`, {
    hint: 'It may be undamaged: make it readable, and try again.',
    cause: error,
  });
}

/** Removes all checkpoints of a run, for one that is complete. */
export async function removeCheckpoints(run: string): Promise<void> {
  for (const step of await stepsIn(run)) await removeCheckpoint(run, step);
  await removeUnfinished(run);
  await rm(checkpointsOf(run), { recursive: true, force: true });
}

/** Renames it first: half of a checkpoint never has a checkpoint's name, even after a power cut. */
export async function removeCheckpoint(run: string, step: number): Promise<void> {
  await rm(await setAside(run, step), { recursive: true, force: true });
}

/** Takes a checkpoint's name from it. Returns the path it has then, which `removeUnfinished` removes too. */
export async function setAside(run: string, step: number): Promise<string> {
  const aside = join(checkpointsOf(run), `.${step}-${process.pid}-old`);
  await rename(checkpointOf(run, step), aside);
  return aside;
}

/** Removes unfinished checkpoints of killed processes. */
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
