// The folders that alexft writes into: whether it may, and what is free.

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { printable, reasonOf } from '../core/errors.js';
import { gigabytes } from '../core/formatting.js';
import { cacheFolder } from '../io/cacheFolder.js';
import { alexNet } from '../model/alexnet.js';
import { parameterShapes } from '../model/layers.js';
import { sizeOf } from '../model/stateDict.js';
import { type Check, fine, problem } from './check.js';

/** Bytes of a model with two classes. */
const modelBytes =
  4 *
  alexNet({ classes: 2 })
    .flatMap(parameterShapes)
    .reduce((sum, [, shape]) => sum + sizeOf(shape), 0);

/** Two models, and a checkpoint: the parameters and two moments of each. */
const runBytes = 5 * modelBytes;

/** For small files: less than this is a full disk, or no disk at all. */
const leastBytes = 1e7;

/** Of the cache folder, the working folder and the temporary one. */
export async function folderChecks(): Promise<[Check, ...Check[]]> {
  return [
    await folderCheck(
      'cache folder',
      cacheFolder(),
      leastBytes,
      'set ALEXFT_CACHE to a folder that you may write to',
    ),
    await folderCheck(
      'working folder',
      process.cwd(),
      runBytes,
      'work in a folder that you may write to, or name one: --out',
    ),
    await folderCheck('temp folder', tmpdir(), leastBytes, 'set TMPDIR to a folder that you may write to'),
  ];
}

/** A cache that can't be written does where all that a training needs is in it: an administrator's, say. */
export const readOnlyCache = ({ name, ok, detail, fix }: Check): Check =>
  ok ? fine(name, detail, fix) : fine(name, `${detail}; what a training needs is in it`, fix);

/** `needed`: bytes, of which less being free is a problem. */
export async function folderCheck(
  name: string,
  path: string,
  needed: number,
  remedy: string,
): Promise<Check> {
  const shown = printable(path);
  try {
    const there = await nearest(resolve(path));
    const { bavail, bsize } = await statfs(there);
    const free = bavail * bsize;
    const made = there === resolve(path) ? '' : ', not made yet';
    await access(there, constants.W_OK | constants.X_OK);
    const detail = `${shown}${made}: ${gigabytes(free)} free`;
    if (free >= needed) return fine(name, detail);
    return problem(name, `${detail}, where ${gigabytes(needed)} are needed`, `make room there, or ${remedy}`);
  } catch (error) {
    return problem(name, `${shown} can't be written to: ${printable(reasonOf(error))}`, remedy);
  }
}

/** `path`, or the nearest folder above it that is there. Throws where a file is in the way. */
async function nearest(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path;
    throw new Error(`${path} is not a folder`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    return await nearest(dirname(path));
  }
}
