// Completion for zsh.

import type { CompletedCommand, CompletedOption } from './completions.js';

export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => `    ${word(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, actions, options }) => {
    const others = `*:argument:${valuesOf({ words: actions, paths: 'files' })}`;
    return `    ${name}) _arguments -s ${[...options.map(optionSpec), others].map(word).join(' ')} ;;`;
  });
  return `#compdef alexft
# zsh completion for alexft
_alexft_word_or_file() { compadd -- "$@"; _files }
_alexft() {
  local -a commands=(
${names.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _alexft ]]; then _alexft "$@"; else compdef _alexft alexft; fi
`;
}

function optionSpec({ flag, help, value }: CompletedOption): string {
  const text = help.replace(/[\\[\]:]/g, '\\$&');
  return value ? `${flag}=[${text}]:value:${valuesOf(value)}` : `${flag}[${text}]`;
}

/** An action of _arguments. */
function valuesOf({ words, paths }: NonNullable<CompletedOption['value']>): string {
  if (words.length > 0) return paths ? ` _alexft_word_or_file ${words.join(' ')}` : `(${words.join(' ')})`;
  if (paths === undefined) return ' ';
  return paths === 'folders' ? '_files -/' : '_files';
}

const word = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
