// A command line that gives a command certain options, as one would type it into a shell.

import { shellWord } from '../core/text.js';
import type { OptionTable } from './option.js';

/** `alexft NAME WORDS --flag value ...`, with the options of `values` that are given and no switch that is off. */
export function commandLine(
  command: string,
  words: readonly string[],
  table: OptionTable = {},
  values: Readonly<Record<string, unknown>> = {},
): string {
  const options = Object.entries(table).flatMap(([name, { flag, placeholder }]) => {
    const value = values[name];
    if (value === undefined || value === false) return [];
    if (!placeholder) return [flag];
    const word = shellWord(String(value));
    return [String(value).startsWith('-') ? `${flag}=${word}` : `${flag} ${word}`];
  });
  return ['alexft', command, ...words.map(shellWord), ...options].join(' ');
}
