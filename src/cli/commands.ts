// The commands and their options. The code of a command is imported when it runs, so that --help is fast.

import type { ExitCode } from '../core/errors.js';
import { cacheForms } from '../options/cacheOptions.js';
import { checkOptions } from '../options/checkOptions.js';
import type { commandNames } from '../options/commandLine.js';
import { doctorOptions } from '../options/doctorOptions.js';
import { exportOptions } from '../options/exportOptions.js';
import type { Given } from '../options/given/sources.js';
import { evaluateOptions, inspectOptions, predictOptions } from '../options/modelOptions.js';
import type { OptionTable, Values } from '../options/option.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { reportOptions } from '../options/reportOptions.js';
import { runsForms, runsOptions } from '../options/runsOptions.js';
import { serveOptions } from '../options/serveOptions.js';
import { demoOptions, setupOptions } from '../options/setupOptions.js';
import { launchOptions } from '../options/train/launchOptions.js';
import { lrFindOptions } from '../options/train/lrFindOptions.js';
import { trainOptions } from '../options/train/trainOptions.js';
import { weightsForms, weightsOptions } from '../options/weightsOptions.js';

/**
 * The function that a command's file exports: prints the result and returns the exit code. `given` has only the options
 * that were given, for commands that distinguish a default from the same value given; `sources`: where they are from.
 */
type Action<Table extends OptionTable> = (
  words: string[],
  options: Values<Table> & OutputOptions,
  given: Partial<Values<Table>>,
  sources: Given['sources'],
) => Promise<ExitCode>;

export interface CommandDeclaration {
  readonly name: (typeof commandNames)[number];
  /** Its arguments, with spaces between them; undefined if it takes none. */
  readonly words?: string;
  readonly summary: string;
  /** More lines of its help. */
  readonly details?: readonly string[];
  readonly options: OptionTable;
  readonly run: (
    words: string[],
    values: Record<string, unknown>,
    given: Record<string, unknown>,
    sources: Given['sources'],
  ) => Promise<ExitCode>;
}

/** Checks that the action of a command accepts the values of its options. */
const declare = <Table extends OptionTable>({
  load,
  ...declaration
}: Omit<CommandDeclaration, 'run'> & {
  options: Table;
  load: () => Promise<Action<Table>>;
}): CommandDeclaration => ({
  ...declaration,
  run: async (words, values, given, sources) =>
    (await load())(words, values as Values<Table> & OutputOptions, given as Partial<Values<Table>>, sources),
});

export const commands: readonly CommandDeclaration[] = [
  declare({
    name: 'train',
    summary: 'fine-tune AlexNet on a folder with one sub-folder of images per class',
    options: trainOptions,
    load: async () => (await import('./commands/trainCommand.js')).runTrain,
  }),
  declare({
    name: 'lr-find',
    summary: 'suggest a learning rate: train a few steps at growing rates, without a run',
    options: lrFindOptions,
    load: async () => (await import('./commands/lrFindCommand.js')).runLrFind,
  }),
  declare({
    name: 'launch',
    words: '[command...]',
    summary: 'train in several processes on this machine',
    details: ['alexft launch --processes N -- train --data DIR ...   starts N ranks of that training'],
    options: launchOptions,
    load: async () => (await import('./commands/launchCommand.js')).runLaunch,
  }),
  declare({
    name: 'predict',
    words: '[image...]',
    summary: 'classify images: files, folders, or - for one on stdin',
    options: predictOptions,
    load: async () => (await import('./commands/predictCommand.js')).runPredict,
  }),
  declare({
    name: 'evaluate',
    summary: 'measure the accuracy of a model on a folder of images',
    options: evaluateOptions,
    load: async () => (await import('./commands/evaluateCommand.js')).runEvaluate,
  }),
  declare({
    name: 'export',
    words: '<model> <out>',
    summary:
      'write a model for other runtimes: ONNX, TensorFlow, TensorFlow.js, PyTorch, or a page for browsers',
    options: exportOptions,
    load: async () => (await import('./commands/exportCommand.js')).runExport,
  }),
  declare({
    name: 'serve',
    words: '[model]',
    summary: 'serve a model over HTTP: a page for photos, and predictions as JSON',
    options: serveOptions,
    load: async () => (await import('./commands/serveCommand.js')).runServe,
  }),
  declare({
    name: 'report',
    words: '[run]',
    summary: 'write the HTML report of a run: curves, mistakes and Grad-CAM heatmaps',
    options: reportOptions,
    load: async () => (await import('./commands/reportCommand.js')).runReport,
  }),
  declare({
    name: 'runs',
    words: '[folder|action...]',
    summary: 'list and compare runs',
    details: runsForms,
    options: runsOptions,
    load: async () => (await import('./commands/runsCommand.js')).runRuns,
  }),
  declare({
    name: 'check',
    summary: 'check every file of a dataset before training',
    options: checkOptions,
    load: async () => (await import('./commands/checkCommand.js')).runCheck,
  }),
  declare({
    name: 'inspect',
    words: '[model|layer...]',
    summary: 'print the layers, parameters and output shapes of a network',
    options: inspectOptions,
    load: async () => (await import('./commands/inspectCommand.js')).runInspect,
  }),
  declare({
    name: 'verify',
    words: '<run>',
    summary: 'check the files of a run for damage',
    options: {},
    load: async () => (await import('./commands/verifyCommand.js')).runVerify,
  }),
  declare({
    name: 'demo',
    summary: 'generate a small dataset, train on it, evaluate and predict',
    options: demoOptions,
    load: async () => (await import('./commands/demoCommand.js')).runDemo,
  }),
  declare({
    name: 'setup',
    summary: 'install the native engine',
    options: setupOptions,
    load: async () => (await import('./commands/setupCommand.js')).runSetup,
  }),
  declare({
    name: 'doctor',
    summary: 'test whether training works on this machine, with which precision and how fast',
    options: doctorOptions,
    load: async () => (await import('./commands/doctorCommand.js')).runDoctor,
  }),
  declare({
    name: 'weights',
    words: '[action...]',
    summary: 'list, download, show and convert weights files',
    details: weightsForms,
    options: weightsOptions,
    load: async () => (await import('./commands/weightsCommand.js')).runWeights,
  }),
  declare({
    name: 'cache',
    words: '[action...]',
    summary: 'list and clear the cache',
    details: cacheForms,
    options: {},
    load: async () => (await import('./commands/cacheCommand.js')).runCache,
  }),
  declare({
    name: 'completion',
    words: '<shell>',
    summary: 'print a script for completion in bash, zsh, fish or powershell',
    options: {},
    load: async () => (await import('./commands/completionCommand.js')).completionOf(commands),
  }),
];
