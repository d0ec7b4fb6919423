// Output files that the user names.

import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { printable, reasonOf, UserError, usageError } from '../core/errors.js';
import { writeAtomically } from './atomic.js';

/**
 * Checks an output path before the work that leads to it. Throws a usage error if the file exists and `force` is false,
 * or if it is not a regular file; a `UserError` (exit code 1) if its folder doesn't exist or isn't writable.
 */
export async function checkOutputFile(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) {
    throw usageError(
      `Expected a file name but '${printable(path)}' is not a regular file.`,
      'Name another file.',
    );
  }
  if (found && !force) {
    throw usageError(
      `The file '${printable(path)}' already exists.`,
      'Name another file, or replace it with --force.',
    );
  }
  await checkWritable(path);
}

/** Throws a `UserError` if the file's folder doesn't exist or isn't writable. */
export const checkWritable = (path: string): Promise<void> =>
  writing(path, () => access(dirname(path), constants.W_OK));

/** Writes a file atomically: `path` is the old file or the complete new one. */
export const writeOutputFile = (path: string, data: Parameters<typeof writeFile>[1]): Promise<void> =>
  writing(path, () => writeAtomically(path, (temporary) => writeFile(temporary, data)));

/** Runs a write to `path`; system errors become a `UserError`. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw new UserError(`Can't write '${printable(path)}': ${printable(reasonOf(error))}`, {
      hint: 'Name a file in an existing, writable folder with free space.',
      cause: error,
    });
  }
}
