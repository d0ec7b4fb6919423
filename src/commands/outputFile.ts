// A file that the user names to be written: whether it may be, before the work is done, and what is told where it can't.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { printable, reasonOf, UserError, usageError } from '../core/errors.js';

/**
 * Throws a usage error where `path` is there already and `force` is not given, or is no file, and an error (exit 1)
 * where its folder is not there or may not be written to.
 */
export async function checkOutputFile(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) {
    throw usageError(`'${printable(path)}' is there, and is no file.`, 'Name another.');
  }
  if (found && !force) {
    throw usageError(
      `The file '${printable(path)}' is there already.`,
      'Name another, or give --force to replace it.',
    );
  }
  await writing(path, () => access(dirname(path), constants.W_OK));
}

/** Does what writes to `path`; what the system says against it becomes an error for the user. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw new UserError(`Can't write '${printable(path)}': ${printable(reasonOf(error))}`, {
      hint: 'Name a file in a folder that is there, is writable, and has room.',
      cause: error,
    });
  }
}
