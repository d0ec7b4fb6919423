// Refuses words that can't be paths of this system, before a command writes to them or says that they do not exist.

import { printable, usageError } from '../core/errors.js';
import { foreignPathHint } from '../core/pathHint.js';
import type { OptionTable } from '../options/option.js';

/** Throws a usage error for a quoted `~/x`, a URL or a Windows path among the words and the values of path options. */
export function requirePaths(
  words: readonly string[],
  table: OptionTable,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const word of words) requirePath('an argument', word);
  for (const [name, { flag, placeholder = '' }] of Object.entries(table)) {
    const value = values[name];
    if (/\b(dir|file|path|image)\b/.test(placeholder) && typeof value === 'string') requirePath(flag, value);
  }
}

function requirePath(where: string, value: string): void {
  const hint = foreignPathHint(value);
  if (hint) throw usageError(`Expected a path for ${where} but received '${printable(value)}'.`, hint);
}
