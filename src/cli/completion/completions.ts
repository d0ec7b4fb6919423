// What a shell can complete, from the declarations of the commands.

import type { Option, OptionTable } from '../../options/option.js';

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Words that its first argument may be, besides files. */
  readonly actions: readonly string[];
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  readonly flag: string;
  readonly help: string;
  /** Undefined for a switch. */
  readonly value:
    | undefined
    | { readonly words: readonly string[]; readonly paths: 'files' | 'folders' | undefined };
}

interface Declaration {
  readonly name: string;
  readonly summary: string;
  readonly details?: readonly string[];
  readonly options: OptionTable;
}

/** `common`: the options of every command. `actions`: words by command. */
export const completionsOf = (
  commands: readonly Declaration[],
  common: OptionTable,
  actions: Readonly<Record<string, readonly string[]>>,
): CompletedCommand[] =>
  commands.map(({ name, summary, details = [], options }) => ({
    name,
    summary,
    actions: actions[name] ?? actionsIn(details),
    options: [
      ...Object.values({ ...options, ...common }).map(completedOption),
      { flag: '--help', help: 'show this help', value: undefined },
    ],
  }));

/** `list` in `alexft weights list   list the named weights`. */
const actionsIn = (details: readonly string[]): string[] =>
  details.flatMap((line) => /^\s*alexft \S+ ([a-z]+)\b/.exec(line)?.[1] ?? []);

function completedOption({ flag, help, placeholder, schema }: Option<unknown>): CompletedOption {
  if (placeholder === undefined) return { flag, help, value: undefined };
  const isFolder = placeholder === '<dir>';
  const paths = isFolder ? 'folders' : /file|path|image/.test(placeholder) ? 'files' : undefined;
  return { flag, help, value: { words: schema.enum ?? schema.examples ?? [], paths } };
}
