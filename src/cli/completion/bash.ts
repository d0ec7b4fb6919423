// Completion for bash 3.2 and newer, which needs no bash-completion.

import type { CompletedCommand } from './completions.js';

/** Bash splits `--option=value` at the sign, which is then a word. */
const head = `# bash completion for alexft
_alexft() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words= paths=
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if ((COMP_CWORD == 1)); then previous=; fi
  case "\${COMP_WORDS[1]} $previous" in`;

const tail = `  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  local IFS=$'\\n' # names may have spaces
  if [[ $paths == folders ]]; then COMPREPLY+=($(compgen -d -- "$current")); fi
  if [[ $paths == files ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
  if [[ -n $paths ]]; then compopt -o filenames 2>/dev/null; fi
}
complete -F _alexft alexft
`;

export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const set = (words: readonly string[], paths: string) => `words='${words.join(' ')}' paths=${paths}`;
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ flag, value }) =>
      value ? [`    '${name} ${flag}') ${set(value.words, value.paths ?? '')} ;;`] : [],
    ),
  );
  const others = commands.map(({ name, actions, options }) => {
    const flags = options.map(({ flag }) => flag).join(' ');
    return `    '${name} '*) if [[ $current == -* ]]; then words='${flags}'; else ${set(actions, 'files')}; fi ;;`;
  });
  const first = `    *) words='${commands.map(({ name }) => name).join(' ')} --help --version' ;;`;
  return [head, ...values, ...others, first, tail].join('\n');
}
