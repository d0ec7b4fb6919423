// Completion for fish.

import type { CompletedCommand } from './completions.js';

export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const first = commands.map(
    ({ name, summary }) => `complete -c alexft -n __fish_use_subcommand -f -a ${name} -d ${word(summary)}`,
  );
  const others = commands.flatMap(({ name, actions, options }) => {
    const here = `complete -c alexft -n '__fish_seen_subcommand_from ${name}'`;
    const flags = options.map(({ flag, help, value }) => {
      const { words = [], paths } = value ?? {};
      const folders = paths === 'folders' ? ['(__fish_complete_directories)'] : [];
      const all = [...words, ...folders].join(' ');
      const takes = value ? (paths === 'files' ? ' -r -F' : ' -x') : '';
      return `${here} -l ${flag.slice(2)}${takes}${all && ` -a ${word(all)}`} -d ${word(help)}`;
    });
    return actions.length > 0 ? [`${here} -a '${actions.join(' ')}'`, ...flags] : flags;
  });
  return ['# fish completion for alexft', ...first, ...others, ''].join('\n');
}

const word = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
