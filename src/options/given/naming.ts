// Errors about values that were not typed as a flag.

import { UserError, usageError } from '../../core/errors.js';

/** Runs `check`. Its UserErrors become usage errors that begin with where the value is from. */
export function naming<T>(place: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof UserError ? usageError(`In ${place}: ${error.message}`, error.hint) : error;
  }
}
