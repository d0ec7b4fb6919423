// Parses command lines with commander.

import { Command, Option as CommanderOption } from 'commander';
import { ExitCode, printableText, quoted, type UserError, usageError } from '../core/errors.js';
import { shellWord } from '../core/text.js';
import { version } from '../core/version.js';
import { givenValues } from '../options/given/sources.js';
import { type Option, type OptionTable, shownDefault } from '../options/option.js';
import { outputOptions } from '../options/outputOptions.js';
import { commands } from './commands.js';
import { requirePaths } from './paths.js';
import { asTyped, program as programName } from './terminal/typedCommand.js';

export interface Program {
  /** Runs the command in `argv` (as `process.argv`). Throws a CommanderError or the error of the command. */
  run(argv: readonly string[]): Promise<ExitCode>;
}

export function createProgram(): Program {
  let exitCode: ExitCode = ExitCode.ok;
  const program = new Command(programName)
    .description('Fine-tunes AlexNet on a folder of images, with the same numbers as PyTorch.')
    .version(version)
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({ outputError: (text, write) => write(printableText(text)) })
    .exitOverride();
  for (const { name, words, summary, details = [], options, run } of commands) {
    const command = program
      .command(name)
      .summary(summary)
      .description(asTyped([`${upperFirst(summary)}.`, ...details].join('\n')))
      .addHelpOption(new CommanderOption('-h, --help', 'show this help').helpGroup('Output:'));
    if (words) command.arguments(words);
    command.allowExcessArguments(); // unexpectedWords has a better message
    const table = { ...options, ...outputOptions };
    for (const option of Object.values(table).flatMap(commanderOptions)) command.addOption(option);
    command.action(async () => {
      if (!words && command.args.length > 0) throw unexpectedWords(name, command.args, options);
      const { values, sources } = await givenValues(name, table, valuesGiven(command, table), process.env);
      // predict reports such an image, and predicts the others.
      requirePaths(name === 'predict' ? [] : command.args, table, values);
      const given = Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(options, key)));
      exitCode = await run(command.args, { ...defaultsOf(table), ...values }, given, sources);
    });
  }
  return {
    run: async (argv) => {
      await program.parseAsync(argv);
      return exitCode;
    },
  };
}

function commanderOptions(option: Option<unknown>): CommanderOption[] {
  const flags = option.placeholder ? `${option.flag} ${option.placeholder}` : option.flag;
  const value = shownDefault(option);
  const help = value === undefined ? option.help : `${option.help} (default: ${value})`;
  const declared = new CommanderOption(flags, help).helpGroup(`${option.group}:`);
  if (option.placeholder) declared.argParser((given: string) => option.parse(given));
  if (!option.alias) return [declared];
  const alias = new CommanderOption(option.alias.flag).conflicts(declared.attributeName());
  return [declared, alias.hideHelp()];
}

const defaultsOf = (table: OptionTable): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).map(([name, option]) => [name, option.default]));

/** The values on the command line, by the names in `table`: commander's name of --no-x is x. */
function valuesGiven(command: Command, table: OptionTable): Record<string, unknown> {
  const given = command.opts();
  const nameOf = (flag: string) => new CommanderOption(flag).attributeName();
  const entries = Object.entries(table).map(([name, { flag, alias }]) => {
    if (alias && given[nameOf(alias.flag)]) return [name, alias.value];
    const value = given[nameOf(flag)];
    if (!flag.startsWith('--no-')) return [name, value];
    return [name, value === false ? true : undefined];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The error for arguments of a command that takes none, such as a folder without --data. */
function unexpectedWords(name: string, words: readonly string[], options: OptionTable): UserError {
  const [first] = words;
  const isData = options.data !== undefined && words.length === 1 && !first!.startsWith('-');
  return usageError(
    `Expected no arguments for alexft ${name} but received ${quoted(first!)}.`,
    isData ? `Did you mean: alexft ${name} --data ${shellWord(first!)}` : `See: alexft ${name} --help`,
  );
}

const upperFirst = (text: string) => text[0]!.toUpperCase() + text.slice(1);
