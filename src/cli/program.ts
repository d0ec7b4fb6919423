// The commands and their options, for commander. What a command does is imported when it is run: help is quick.

import { Command, Option as CommanderOption } from 'commander';
import { ExitCode, printable, printableText, type UserError, usageError } from '../core/errors.js';
import { shellWord } from '../core/text.js';
import { version } from '../core/version.js';
import { cacheForms } from '../options/cacheOptions.js';
import { checkOptions } from '../options/checkOptions.js';
import { doctorOptions } from '../options/doctorOptions.js';
import { evaluateOptions, inspectOptions, predictOptions } from '../options/modelOptions.js';
import type { OptionTable, Values } from '../options/option.js';
import { type OutputOptions, outputOptions } from '../options/outputOptions.js';
import { reportOptions } from '../options/reportOptions.js';
import { demoOptions, setupOptions } from '../options/setupOptions.js';
import { trainOptions } from '../options/trainOptions.js';
import { weightsForms, weightsOptions } from '../options/weightsOptions.js';

/**
 * What a command's file in this folder exports: it prints, and gives the exit code. `given` are those of the options that
 * stood on the command line, for a command where a default is not the same as the same value asked for.
 */
type Action<Table extends OptionTable> = (
  words: string[],
  options: Values<Table> & OutputOptions,
  given: Partial<Values<Table>>,
) => Promise<ExitCode>;

export interface CommandDeclaration {
  readonly name: string;
  readonly words?: string;
  readonly summary: string;
  /** More lines for its help. */
  readonly details?: readonly string[];
  readonly options: OptionTable;
  readonly run: (
    words: string[],
    values: Record<string, unknown>,
    given: Record<string, unknown>,
  ) => Promise<ExitCode>;
}

/** Ties a command's table of options to the action that takes exactly those. */
const declare = <Table extends OptionTable>({
  load,
  ...declaration
}: Omit<CommandDeclaration, 'run'> & {
  options: Table;
  load: () => Promise<Action<Table>>;
}): CommandDeclaration => ({
  ...declaration,
  run: async (words, values, given) =>
    (await load())(words, values as Values<Table> & OutputOptions, given as Partial<Values<Table>>),
});

export const commands: readonly CommandDeclaration[] = [
  declare({
    name: 'train',
    summary: 'fine-tune AlexNet on a folder with one sub-folder of images a class',
    options: trainOptions,
    load: async () => (await import('./trainCommand.js')).runTrain,
  }),
  declare({
    name: 'inspect',
    words: '[model|layer...]',
    summary: 'print the layers of a network, its parameters, and the shapes that pass through',
    options: inspectOptions,
    load: async () => (await import('./inspectCommand.js')).runInspect,
  }),
  declare({
    name: 'predict',
    words: '[image...]',
    summary: 'name the class of images: files, folders, or - for one on stdin',
    options: predictOptions,
    load: async () => (await import('./predictCommand.js')).runPredict,
  }),
  declare({
    name: 'evaluate',
    summary: 'tell how good a model is on a folder of images',
    options: evaluateOptions,
    load: async () => (await import('./evaluateCommand.js')).runEvaluate,
  }),
  declare({
    name: 'report',
    words: '[run]',
    summary: 'write a run’s report: one HTML file, with curves, mistakes and where the network looked',
    options: reportOptions,
    load: async () => (await import('./reportCommand.js')).runReport,
  }),
  declare({
    name: 'check',
    summary: 'look at every file of a folder of images before a training',
    options: checkOptions,
    load: async () => (await import('./checkCommand.js')).runCheck,
  }),
  declare({
    name: 'verify',
    words: '<run>',
    summary: 'tell whether all that a run left is as it was written',
    options: {},
    load: async () => (await import('./verifyCommand.js')).runVerify,
  }),
  declare({
    name: 'demo',
    summary: 'draw a small set of images, train on it, evaluate and predict',
    options: demoOptions,
    load: async () => (await import('./demoCommand.js')).runDemo,
  }),
  declare({
    name: 'setup',
    summary: 'fetch and check the native engine',
    options: setupOptions,
    load: async () => (await import('./setupCommand.js')).runSetup,
  }),
  declare({
    name: 'doctor',
    summary: 'tell whether training works on this machine, with which numbers, and how fast',
    options: doctorOptions,
    load: async () => (await import('./doctorCommand.js')).runDoctor,
  }),
  declare({
    name: 'weights',
    words: '[action...]',
    summary: 'list, fetch, show and convert files of weights',
    details: weightsForms,
    options: weightsOptions,
    load: async () => (await import('./weightsCommand.js')).runWeights,
  }),
  declare({
    name: 'cache',
    words: '[action...]',
    summary: 'tell what the cache takes, and clear it',
    details: cacheForms,
    options: {},
    load: async () => (await import('./cacheCommand.js')).runCache,
  }),
];

export interface Program {
  /** Runs the command that `argv` (as `process.argv`) names. Throws CommanderError or what the command throws. */
  run(argv: readonly string[]): Promise<ExitCode>;
}

export function createProgram(): Program {
  let exitCode: ExitCode = ExitCode.ok;
  const program = new Command('alexft')
    .description('Fine-tunes AlexNet on a folder of images, with the same numbers as PyTorch.')
    .version(version)
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({ outputError: (text, write) => write(printableText(text)) })
    .exitOverride();
  for (const { name, words, summary, details = [], options, run } of commands) {
    const command = program
      .command(name)
      .summary(summary)
      .description([`${upperFirst(summary)}.`, ...details].join('\n'));
    if (words) command.argument(words);
    command.allowExcessArguments(); // strayWords says what to do about them
    const table = { ...options, ...outputOptions };
    for (const option of commanderOptions(table)) command.addOption(option);
    command.action(async () => {
      if (!words && command.args.length > 0) throw strayWords(name, command.args, options);
      const given = valuesGiven(command, options);
      exitCode = await run(command.args, { ...defaultsOf(table), ...valuesGiven(command, table) }, given);
    });
  }
  return {
    run: async (argv) => {
      await program.parseAsync(argv);
      return exitCode;
    },
  };
}

function commanderOptions(table: OptionTable): CommanderOption[] {
  return Object.values(table).map((option) => {
    const flags = option.placeholder ? `${option.flag} ${option.placeholder}` : option.flag;
    const shownDefault = option.defaultText ?? (option.placeholder && option.default !== undefined);
    const text = shownDefault ? ` (default: ${option.defaultText ?? option.default})` : '';
    const declared = new CommanderOption(flags, option.help + text);
    if (option.placeholder) declared.argParser((given: string) => option.parse(given));
    return declared;
  });
}

const defaultsOf = (table: OptionTable): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).map(([name, option]) => [name, option.default]));

/** The values on the command line by the table's own names, whatever commander calls them (--no-x is x). */
function valuesGiven(command: Command, table: OptionTable): Record<string, unknown> {
  const given = command.opts();
  const entries = Object.entries(table).map(([name, { flag }]) => {
    const value = given[new CommanderOption(flag).attributeName()];
    if (!flag.startsWith('--no-')) return [name, value];
    return [name, value === false ? true : undefined];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Of a command that takes no words: a folder, say, that stands without its --data. */
function strayWords(name: string, words: readonly string[], options: OptionTable): UserError {
  const [first] = words;
  const isData = options.data !== undefined && words.length === 1 && !first!.startsWith('-');
  return usageError(
    `alexft ${name} takes no words, and '${printable(first!.slice(0, 100))}' was given.`,
    isData
      ? `Is it the folder of images? alexft ${name} --data ${shellWord(first!)}`
      : `alexft ${name} --help`,
  );
}

const upperFirst = (text: string) => text[0]!.toUpperCase() + text.slice(1);
