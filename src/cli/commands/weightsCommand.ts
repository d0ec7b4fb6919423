// alexft weights.

import { showExport } from '../../commands/models/showExport.js';
import { type ConvertedWeights, convertWeights } from '../../commands/models/weightsConvert.js';
import { fetchWeights } from '../../commands/models/weightsFetch.js';
import { type ShownWeights, showWeights } from '../../commands/models/weightsShow.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import { megabytes } from '../../core/formatting.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { type WeightsAction, type WeightsOptions, weightsForms } from '../../options/weightsOptions.js';
import { isFullWidth } from '../../weights/fitAlexNet.js';
import { type ListedWeights, listWeights } from '../../weights/listWeights.js';
import { describedLines } from '../display/exportLines.js';
import { commandOptions, openScreen, type Screen } from '../terminal/screen.js';

type Options = WeightsOptions & OutputOptions;

interface Result {
  readonly json: object;
  readonly lines: readonly string[];
}

interface Action {
  /** Whether it accepts this number of arguments. */
  readonly accepts: (count: number) => boolean;
  readonly run: (words: readonly string[], options: Options, screen: Screen) => Promise<Result>;
}

const actions: Readonly<Record<WeightsAction, Action>> = {
  list: {
    accepts: (count) => count === 0,
    run: async () => {
      const weights = await listWeights();
      return { json: { weights }, lines: weights.flatMap(listedLines) };
    },
  },
  fetch: {
    accepts: () => true,
    run: async (names, _options, { context }) => {
      const weights = await fetchWeights(names, context);
      return { json: { weights }, lines: weights.map(({ name, path }) => `${name}: ${printable(path)}`) };
    },
  },
  show: {
    accepts: (count) => count === 1,
    run: async ([word]) => {
      const exported = await showExport(word!);
      if (exported) return { json: exported, lines: describedLines(exported) };
      const shown = await showWeights(word!);
      return { json: shown, lines: shownLines(shown) };
    },
  },
  convert: {
    accepts: (count) => count === 2,
    run: async ([from, to], options, { context }) => {
      const converted = await convertWeights(from!, to!, commandOptions(options), context);
      return { json: converted, lines: [convertedLine(converted)] };
    },
  },
};

export async function runWeights(words: string[], options: Options): Promise<ExitCode> {
  const [name = '', ...rest] = words;
  const action = Object.hasOwn(actions, name) ? actions[name as WeightsAction] : undefined;
  if (!action) throw invalid(`Expected an action for alexft weights but received '${printable(name)}'.`);
  if (!action.accepts(rest.length)) throw invalid(`Wrong number of arguments for alexft weights ${name}.`);
  for (const option of ['force', 'classes'] as const) {
    if (options[option] && name !== 'convert')
      throw usageError(`--${option} is for convert, not for ${name}.`);
  }
  const screen = openScreen(options);
  const { json, lines } = await action.run(rest, options, screen);
  await screen.finish(json, () => lines);
  return ExitCode.ok;
}

const invalid = (message: string) => usageError(message, ['Usage:', ...weightsForms].join('\n'));

const number = (n: number): string => n.toLocaleString('en-US');

function listedLines({ name, contains, from, downloadBytes, places }: ListedWeights): string[] {
  const states = {
    here: 'cached',
    absent: 'not cached',
    other: 'another file with this name: its size or SHA-256 does not match',
  };
  return [
    `${name}: ${contains}`,
    `  from ${from} (${megabytes(downloadBytes)})`,
    ...places.map(({ cache, path, state }) => `  ${cache} cache: ${states[state]}, ${printable(path)}`),
  ];
}

/** Characters of a metadata value that are shown. */
const longestValue = 300;

function shownLines(shown: ShownWeights): string[] {
  const { file, format, bytes, sha256, metadata, tensors, parameters } = shown;
  const width = Math.max(0, ...tensors.map(({ name }) => printable(name).length));
  const cut = (value: string) => (value.length > longestValue ? `${value.slice(0, longestValue)}...` : value);
  return [
    printable(file),
    `${format}, ${number(bytes)} bytes, SHA-256 ${sha256}`,
    '',
    ...Object.entries(metadata).map(([key, value]) => `${printable(key)}: ${printable(cut(value))}`),
    ...(Object.keys(metadata).length > 0 ? [''] : []),
    ...tensors.map(
      ({ name, type, shape }) => `${printable(name).padEnd(width)}  ${type.padEnd(4)} [${shape.join(', ')}]`,
    ),
    '',
    `${number(parameters)} parameters in ${number(tensors.length)} tensors`,
    ...fitLines(shown),
    ...(shown.note === undefined ? [] : [shown.note]),
  ];
}

function fitLines({ alexnet, misfit }: ShownWeights): string[] {
  if (!alexnet) return [misfit!];
  const { widths, classes, missing } = alexnet;
  const layers = isFullWidth(widths)
    ? 'An AlexNet'
    : `An AlexNet with other widths (convolutions ${widths.convolutions.join(', ')}; hidden ${widths.hidden.join(', ')})`;
  if (classes === 1)
    return [`${layers} with one output, a sigmoid for two classes: name them with --classes`];
  return classes === undefined
    ? [`${layers} without a classifier: training initializes ${missing.join(', ')}`]
    : [
        `${layers} with ${number(classes)} classes: training on another number of classes initializes classifier.6`,
      ];
}

const convertedLine = ({ to, format, bytes, tensors, parameters }: ConvertedWeights): string =>
  `${printable(to)}: ${format}, ${number(bytes)} bytes, ${number(parameters)} parameters in ${number(tensors)} tensors`;
