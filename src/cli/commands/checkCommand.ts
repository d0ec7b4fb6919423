// alexft check.

import { problemKinds, problemNames } from '../../audit/problems.js';
import type { Range } from '../../audit/summary.js';
import { type Check, check } from '../../commands/check.js';
import { ExitCode, printable } from '../../core/errors.js';
import { percent } from '../../core/formatting.js';
import { counted, examples } from '../../core/text.js';
import type { CheckOptions } from '../../options/checkOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { LabelCheck } from '../../trials/labelResult.js';
import { table } from '../display/table.js';
import { stdoutCapabilities } from '../terminal/capabilities.js';
import { wrap } from '../terminal/columns.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

export async function runCheck(_words: string[], options: CheckOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options);
  const result = await check(commandOptions(options), screen.context);
  await screen.finish(result, () => checkLines(result));
  return result.ok ? ExitCode.ok : ExitCode.badData;
}

/** More classes are summarized by the largest and the smallest ones. */
const shownClasses = 20;

const count = (n: number) => n.toLocaleString('en');
const countOf = (n: number, noun: string) => counted(n, noun, count(n));

/** The result in lines of at most `columns`. */
export function checkLines(result: Check, columns = stdoutCapabilities.columns()): string[] {
  const { data, files, pictures, split, balance, reasons, warnings, labels } = result;
  const tables = [
    ...[classTable(result), problemTable(result), groupTable(result), sizeTable(result)],
    ...(labels ? [labelTable(labels)] : []),
  ];
  const sentences = [
    ...(balance !== undefined ? [`${balance} See --class-weights.`] : []),
    ...(split
      ? [
          `Split (${split.method}, ${split.share}, seed ${split.seed}): ${countOf(split.train, 'training image')}, ${countOf(split.validation, 'validation image')}`,
        ]
      : []),
    ...(labels ? [labelSentence(labels)] : []),
    ...reasons,
    ...warnings,
    verdictOf(result),
  ];
  return [
    ...wrap(`${printable(data)}: ${countOf(files, 'file')}, ${countOf(pictures, 'readable image')}`, columns),
    '',
    ...tables.flatMap(({ rows, align, note }) => {
      if (rows.length < 2) return []; // the header only
      return [...table(rows, align, columns), ...(note ? [note] : []), ''];
    }),
    ...sentences.flatMap((sentence) => wrap(sentence, columns)),
  ];
}

function verdictOf({ ok, shard, warnings }: Check): string {
  if (!ok) return 'This dataset cannot be trained on.';
  if (shard) return 'Nothing in this part prevents a training.';
  return `This dataset can be trained on${warnings.length > 0 ? ', but note the warning above' : ''}.`;
}

interface Table {
  /** The header first. */
  readonly rows: string[][];
  readonly align: ('left' | 'right')[];
  readonly note?: string;
}

function classTable({ classes }: Check): Table {
  const all = Object.entries(classes);
  const shown = all.length > shownClasses ? all.sort(([, a], [, b]) => b.pictures - a.pictures) : all;
  const some =
    all.length > shownClasses
      ? [...shown.slice(0, shownClasses / 2), ...shown.slice(-shownClasses / 2)]
      : all;
  return {
    rows: [
      ['class', 'images', 'unreadable'],
      ...some.map(([name, { pictures, unreadable }]) => [
        printable(name),
        count(pictures),
        count(unreadable),
      ]),
    ],
    align: ['left', 'right', 'right'],
    ...(some.length < all.length && { note: `(the largest and the smallest of ${all.length} classes)` }),
  };
}

function problemTable({ problems }: Check): Table {
  const rows = problemKinds.flatMap((kind) => {
    const found = problems.filter((problem) => problem.kind === kind);
    if (found.length === 0) return [];
    const { file, detail } = found[0]!;
    return [[problemNames[kind], count(found.length), `${printable(file)}: ${printable(detail)}`]];
  });
  return { rows: [['problem', 'files', 'for example'], ...rows], align: ['left', 'right', 'left'] };
}

function groupTable({ duplicates, nearDuplicates, underTwoClasses, onBothSides }: Check): Table {
  const groups = [
    ['same bytes', duplicates],
    ['near duplicates', nearDuplicates],
    ['in two classes', underTwoClasses],
    ['on both sides of split', onBothSides],
  ] as const;
  const rows = groups
    .filter(([, found]) => found.length > 0)
    .map(([name, found]) => [name, count(found.length), examples(found[0]!, ' = ')]);
  return { rows: [['duplicates', 'groups', 'for example'], ...rows], align: ['left', 'right', 'left'] };
}

function sizeTable({ sizes }: Check): Table {
  const row = (name: string, { min, median, max }: Range) => [name, count(min), count(median), count(max)];
  return {
    rows: [
      ['size', 'smallest', 'median', 'largest'],
      ...(sizes ? [row('width', sizes.width), row('height', sizes.height), row('bytes', sizes.bytes)] : []),
    ],
    align: ['left', 'right', 'right', 'right'],
  };
}

/** More are in --list, --out and --json. */
const shownLabels = 10;

function labelTable({ suspicious }: LabelCheck): Table {
  const shown = suspicious.slice(0, shownLabels);
  const share = (name: string, probability: number) => `${printable(name)} ${percent(probability)}`;
  return {
    rows: [
      ['probably in the wrong folder', 'folder', 'predicted'],
      ...shown.map(({ file, label, probability, predicted, predictedProbability }) => [
        printable(file),
        share(label, probability),
        share(predicted, predictedProbability),
      ]),
    ],
    align: ['left', 'right', 'right'],
    ...(shown.length < suspicious.length && { note: `(the first ${shown.length} of ${suspicious.length})` }),
  };
}

const labelSentence = ({ images, accuracy, folds, suspicious }: LabelCheck): string =>
  `Labels: ${count(suspicious.length)} of ${count(images)} images are probably in the wrong folder; accuracy ${percent(accuracy)} ` +
  `in a ${folds}-fold cross-validation`;
