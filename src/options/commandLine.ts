// Command lines to show to users.

import { shellWord } from '../core/text.js';
import type { OptionTable } from './option.js';

export const commandNames = [
  'train',
  'lr-find',
  'launch',
  'inspect',
  'predict',
  'evaluate',
  'export',
  'serve',
  'report',
  'runs',
  'check',
  'verify',
  'demo',
  'setup',
  'doctor',
  'weights',
  'cache',
  'completion',
] as const;

/** `alexft NAME ARGUMENTS --flag value ...` in shell syntax. */
export const commandLine = (
  command: string,
  words: readonly string[],
  table: OptionTable = {},
  values: Readonly<Record<string, unknown>> = {},
): string => ['alexft', command, ...words.map(shellWord), ...optionWords(table, values)].join(' ');

/** `--flag value` in shell syntax for each option, without undefined values and switches that are off. */
export const optionWords = (table: OptionTable, values: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(table).flatMap(([name, { flag, placeholder }]) => {
    const value = values[name];
    if (value === undefined || value === false) return [];
    if (!placeholder) return [flag];
    const word = shellWord(String(value));
    return [String(value).startsWith('-') ? `${flag}=${word}` : `${flag} ${word}`];
  });
