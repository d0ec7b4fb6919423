// The lists of --list and --list0: files that a training can't use, for other programs to move or mend.

import { realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Context } from '../core/context.js';
import { dataError, printable, reasonOf, usageError } from '../core/errors.js';
import { examples } from '../core/text.js';
import { inFolder } from '../data/walk.js';
import { writeAtomically } from '../io/atomic.js';
import type { CheckOptions } from '../options/checkOptions.js';
import { isBad, type Problem } from './problems.js';

type Lists = Pick<CheckOptions, 'list' | 'list0'>;

/** A list inside the data set could take an image's place. Throws a usage error for it. */
export async function checkListPlaces({ list, list0 }: Lists, data: string): Promise<void> {
  for (const [flag, path] of Object.entries({ '--list': list, '--list0': list0 })) {
    if (path === undefined) continue;
    const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)));
    const root = await realpath(data).catch(() => resolve(data));
    const way = relative(root, join(folder, 'list'));
    if (way === '..' || way.startsWith(`..${sep}`)) continue;
    throw usageError(
      `${flag} '${printable(path)}' is inside of --data, in which nothing is written.`,
      'Name a file elsewhere.',
    );
  }
}

/**
 * Writes the bad files of `problems`, each with `data` before it, as it was given. Left out, and told: names that can't
 * be decoded, which name no file; and in the list by lines those with a line break, which would be read as two.
 */
export async function writeLists(
  { list, list0 }: Lists,
  data: string,
  problems: readonly Problem[],
  context: Context,
): Promise<void> {
  if (list === undefined && list0 === undefined) return;
  const bad = problems.filter(isBad);
  const paths = bad.filter(({ kind }) => kind !== 'name').map(({ file }) => inFolder(data, file));
  if (paths.length < bad.length) {
    context.onMessage(`Not in the list, as their names can't be decoded: ${bad.length - paths.length}.`);
  }
  if (list !== undefined) {
    const broken = paths.filter((path) => /[\n\r]/.test(path));
    if (broken.length > 0) {
      context.onMessage(
        `Not in the list, as their names have line breaks: ${examples(broken)}. --list0 has them.`,
      );
    }
    await write(
      '--list',
      list,
      paths.filter((path) => !/[\n\r]/.test(path)).map((path) => `${path}\n`),
    );
  }
  if (list0 !== undefined)
    await write(
      '--list0',
      list0,
      paths.map((path) => `${path}\0`),
    );
}

async function write(flag: string, path: string, lines: readonly string[]): Promise<void> {
  try {
    // What is there and no file, such as a pipe to another program, is written to and not replaced.
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isFile()) await writeFile(path, lines.join(''));
    else await writeAtomically(path, (temporary) => writeFile(temporary, lines.join('')));
  } catch (error) {
    throw dataError(
      `The list ${flag} '${printable(path)}' can't be written: ${reasonOf(error)}.`,
      undefined,
      error,
    );
  }
}
