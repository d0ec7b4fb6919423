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
import { type Check, pass, problem } from './diagnosis.js';

/** Bytes of a model file with two classes. */
const modelBytes =
  4 *
  alexNet({ classes: 2 })
    .flatMap(parameterShapes)
    .reduce((sum, [, shape]) => sum + sizeOf(shape), 0);

/** Two model files, and a checkpoint of the parameters and Adam's two moments. */
const runBytes = 5 * modelBytes;

/** Enough for small files. */
const smallBytes = 1e7;

/** Checks the cache folder, the working folder and the temporary folder. */
export async function folderChecks(): Promise<[Check, ...Check[]]> {
  return [
    await folderCheck('cache folder', cacheFolder(), smallBytes, 'set ALEXFT_CACHE to a writable folder'),
    await folderCheck(
      'working folder',
      process.cwd(),
      runBytes,
      'change to a writable folder, or set one with --out',
    ),
    await folderCheck('temp folder', tmpdir(), smallBytes, 'set TMPDIR to a writable folder'),
  ];
}

/** A read-only cache is fine if it contains everything that training needs, as one set up by an administrator. */
export const readOnlyCache = ({ name, ok, detail, fix }: Check): Check =>
  ok ? pass(name, detail, fix) : pass(name, `${detail}; it contains what training needs`, fix);

/** Checks that the folder `path` is writable and its disk has `needed` bytes free. */
export async function folderCheck(
  name: string,
  path: string,
  needed: number,
  remedy: string,
): Promise<Check> {
  const shown = printable(path);
  try {
    const existing = await nearestExisting(resolve(path));
    const { bavail, bsize } = await statfs(existing);
    const free = bavail * bsize;
    const note = existing === resolve(path) ? '' : ', not created yet';
    await access(existing, constants.W_OK | constants.X_OK);
    const detail = `${shown}${note}: ${gigabytes(free)} free`;
    if (free >= needed) return pass(name, detail);
    return problem(name, `${detail}, ${gigabytes(needed)} required`, `free disk space there, or ${remedy}`);
  } catch (error) {
    return problem(name, `${shown} can't be written to: ${printable(reasonOf(error))}`, remedy);
  }
}

/** `path`, or its nearest parent folder that exists. Throws if one of them is a file. */
async function nearestExisting(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path;
    throw new Error(`${path} is not a folder`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    return await nearestExisting(dirname(path));
  }
}
