// The files of --list and --list0: paths of images, for other programs to move or repair.

import { stat, writeFile } from 'node:fs/promises';
import type { Context } from '../core/context.js';
import { dataError, printable, reasonOf, usageError } from '../core/errors.js';
import { examples } from '../core/text.js';
import { pathInside } from '../data/dataset/outside.js';
import { inFolder } from '../data/dataset/walk.js';
import { writeAtomically } from '../io/atomic.js';

/** Paths of the files to write. */
export interface ListFiles {
  /** One path per line. */
  readonly list?: string | undefined;
  /** Each path is followed by a NUL. */
  readonly list0?: string | undefined;
}

/** Throws a usage error for an output file inside the dataset's folder: it could replace an image. */
export async function requireOutside(
  files: Readonly<Record<string, string | undefined>>,
  data: string,
): Promise<void> {
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined || (await pathInside(path, data)) === undefined) continue;
    throw usageError(
      `${flag} '${printable(path)}' is inside --data, where nothing is written.`,
      'Choose a path outside of it.',
    );
  }
}

/**
 * Writes `names`, each prefixed with `data`. Leaves out, with a message, names that are not valid UTF-8 (`unnamed` of
 * them) and, in `list`, names with line breaks.
 */
export async function writeLists(
  { list, list0 }: ListFiles,
  data: string,
  names: readonly string[],
  unnamed: number,
  { onMessage }: Context,
): Promise<void> {
  if (list === undefined && list0 === undefined) return;
  const paths = names.map((name) => inFolder(data, name));
  if (unnamed > 0) onMessage(`Not listed, because their names are not valid UTF-8: ${unnamed}.`);
  if (list !== undefined) {
    const withBreaks = paths.filter(hasLineBreak);
    if (withBreaks.length > 0) {
      onMessage(
        `Not listed, because their names contain line breaks: ${examples(withBreaks)}. Use --list0 for them.`,
      );
    }
    const ofOneLine = paths.filter((path) => !hasLineBreak(path));
    await write('--list', list, ofOneLine, '\n');
  }
  if (list0 !== undefined) await write('--list0', list0, paths, '\0');
}

const hasLineBreak = (path: string): boolean => /[\n\r]/.test(path);

async function write(flag: string, file: string, paths: readonly string[], end: string): Promise<void> {
  const text = paths.map((path) => path + end).join('');
  try {
    // A pipe to another program, for example, is written to, not replaced.
    const existing = await stat(file).catch(() => undefined);
    if (existing && !existing.isFile()) await writeFile(file, text);
    else await writeAtomically(file, (temporary) => writeFile(temporary, text));
  } catch (error) {
    throw dataError(`Can't write ${flag} '${printable(file)}': ${reasonOf(error)}.`, undefined, error);
  }
}
