// Errors of the system while a run is written.

import { printable, reasonOf, UserError } from '../core/errors.js';

/** Turns system errors into UserErrors that name the folder. */
export async function opening<T>(path: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof UserError ? error : cannotWrite(path, error);
  }
}

export function cannotWrite(
  path: string,
  error: unknown,
  hint = 'Make sure that the disk has space and the folder is writable, or name another one with --out.',
): UserError {
  return new UserError(`Cannot write to '${printable(path)}': ${printable(reasonOf(error))}`, {
    hint,
    cause: error,
  });
}
