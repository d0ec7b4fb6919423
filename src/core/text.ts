// Names and arguments as text for terminals and shells.

import { printable } from './errors.js';

/** The first five of `names`, and the number of the others. */
export function examples(names: readonly string[], separator = ', '): string {
  const shown = names.slice(0, 5).map(printable).join(separator);
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** `1 epoch`, `2 epochs`; `shown`: the count as text. */
export const counted = (count: number, noun: string, shown = String(count)): string =>
  `${shown} ${noun}${count === 1 ? '' : 's'}`;

/**
 * Quotes `word` as one argument of a POSIX shell. Characters that can't be seen or copied (line breaks, control
 * characters, bidirectional overrides) are written as `$'\012'`, byte by byte, which bash, zsh and ksh support.
 */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (printable(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = Array.from(word, (character) =>
    printable(character) === character ? character.replace(/['\\]/, '\\$&') : octal(character),
  );
  return `$'${escaped.join('')}'`;
}

const octal = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
