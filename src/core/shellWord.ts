// Words for a command line that is shown to be typed or pasted.

import { printable } from './errors.js';

/**
 * `word` as a POSIX shell takes it for exactly that. What could not be seen or copied (line breaks, controls, overrides of
 * direction) is written as `$'\012'`, byte by byte, which bash, zsh and ksh understand.
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
