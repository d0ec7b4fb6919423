// A command line that gives a command certain options, as one would type it into a shell.

import { printable } from '../errors.js';
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
    return placeholder ? [flag, shellWord(String(value))] : [flag];
  });
  return ['alexft', command, ...words.map(shellWord), ...options].join(' ');
}

/**
 * `text` as one word for a POSIX shell. What could not be seen or copied (line breaks, controls, overrides of direction)
 * is written as `$'\u000a'`, which bash and zsh understand.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (printable(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = [...text].map((character) => {
    if (printable(character) !== character) {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    }
    return character === "'" || character === '\\' ? `\\${character}` : character;
  });
  return `$'${escaped.join('')}'`;
}
