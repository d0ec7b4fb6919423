// alexft runs.

import { sep } from 'node:path';
import { compareRuns } from '../../commands/runs/compareRuns.js';
import { type ConvertedRun, convertRuns } from '../../commands/runs/convertRuns.js';
import { type ListedRun, listRuns } from '../../commands/runs/listRuns.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import { duration, percent } from '../../core/formatting.js';
import { optionWords } from '../../options/commandLine.js';
import type { OptionTable } from '../../options/option.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import {
  convertOptions,
  diffOptions,
  listOptions,
  type RunsOptions,
  runsForms,
  runsOptions,
} from '../../options/runsOptions.js';
import { trainOptions } from '../../options/train/trainOptions.js';
import { comparisonLines } from '../display/comparisonLines.js';
import { table } from '../display/table.js';
import { stdoutCapabilities } from '../terminal/capabilities.js';
import { openScreen, type Screen } from '../terminal/screen.js';

interface Form {
  /** The number of its arguments. */
  readonly count: number;
  readonly options: OptionTable;
  readonly run: (
    words: readonly string[],
    given: Partial<RunsOptions>,
    screen: Screen,
  ) => Promise<{ json: object; lines: () => string[] }>;
}

const actions: Readonly<Record<string, Form>> = {
  diff: {
    count: 2,
    options: diffOptions,
    run: async ([first, second], given, { context }) => {
      const comparison = await compareRuns(first!, second!, given, context);
      return { json: comparison, lines: () => comparisonLines(comparison) };
    },
  },
  tensorboard: {
    count: 1,
    options: convertOptions,
    run: async ([folder], given, { context }) => {
      const runs = await convertRuns(folder!, given, context);
      return { json: { runs }, lines: () => runs.map(convertedLine) };
    },
  },
};

const list: Form = {
  count: 1,
  options: listOptions,
  run: async ([folder], given) => {
    const runs = await listRuns(folder, given);
    return { json: { runs }, lines: () => listLines(runs, folder ?? 'models') };
  },
};

export async function runRuns(
  words: string[],
  options: RunsOptions & OutputOptions,
  given: Partial<RunsOptions>,
): Promise<ExitCode> {
  const [name = '', ...rest] = words;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  const form = action ?? list;
  const paths = action ? rest : words;
  if (action ? paths.length !== action.count : paths.length > 1) {
    throw usageError('Wrong number of arguments for alexft runs.', ['Usage:', ...runsForms].join('\n'));
  }
  const other = Object.keys(given).find((key) => !Object.hasOwn(form.options, key));
  if (other !== undefined) {
    const { flag } = runsOptions[other as keyof RunsOptions];
    throw usageError(`${flag} is not for ${action ? `alexft runs ${name}` : 'the list of runs'}.`);
  }
  const screen = openScreen(options);
  const { json, lines } = await form.run(paths, given, screen);
  await screen.finish(json, lines);
  return ExitCode.ok;
}

const convertedLine = ({ run, file, reason }: ConvertedRun): string =>
  printable(file ?? `${run}: not converted: ${reason}`);

function listLines(runs: readonly ListedRun[], folder: string): string[] {
  if (runs.length === 0) return [`There are no runs in '${printable(folder)}'.`];
  const heads = ['run', 'state', 'started (UTC)', 'epochs', 'best', 'accuracy', 'loss', 'time', 'options'];
  const rows = runs.map(cellsOf);
  return table(
    [heads, ...rows],
    ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    stdoutCapabilities.columns(),
  );
}

function cellsOf(listed: ListedRun): string[] {
  const { run, state, started, epochs, ofEpochs, bestEpoch, valAccuracy, valLoss, seconds, problem } = listed;
  const options = optionWords(trainOptions, listed.options ?? {}).join(' ');
  const shown = options.replaceAll(process.cwd() + sep, ''); // a run records absolute paths
  return [
    printable(run),
    state,
    started?.slice(0, 16).replace('T', ' ') ?? '',
    epochs === undefined ? '' : `${epochs}/${ofEpochs}`,
    String(bestEpoch ?? ''),
    valAccuracy === undefined ? '' : percent(valAccuracy),
    valLoss?.toFixed(4) ?? '',
    seconds === undefined ? '' : duration(seconds),
    printable(problem ?? shown),
  ];
}
