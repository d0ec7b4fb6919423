// The command line of a training.

import { withDefaults } from '../options/option.js';
import { type ResolvedTrainOptions, resolveTrainOptions, trainOptions } from '../options/trainOptions.js';
import { shellWord } from '../shellWord.js';

/** `alexft train ...` for a shell: the options that differ from what they would be without being named. */
export function trainLine(options: ResolvedTrainOptions): string {
  // Other defaults follow from these.
  const { data, epochs, optimizer, weights, reference } = options;
  const unnamed = resolveTrainOptions({
    ...withDefaults(trainOptions, { data, epochs, optimizer, weights, reference }),
  });
  const bare = withDefaults(trainOptions, {});
  const words = Object.entries(trainOptions).flatMap(([key, { flag, placeholder }]) => {
    const name = key as keyof typeof trainOptions;
    const value = options[name];
    const leading = name in { data, epochs, optimizer, weights, reference };
    if (value === undefined || value === (leading ? bare : unnamed)[name]) return [];
    if (!placeholder) return value === true ? [flag] : [];
    const word = shellWord(String(value));
    return [String(value).startsWith('-') ? `${flag}=${word}` : `${flag} ${word}`];
  });
  return ['alexft train', ...words].join(' ');
}
