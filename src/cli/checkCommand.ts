// alexft check, on a terminal or for a program.

import { problemKinds, problemNames } from '../audit/problems.js';
import type { Range } from '../audit/summary.js';
import { type Check, check } from '../commands/check.js';
import { ExitCode, printable } from '../core/errors.js';
import { examples } from '../core/text.js';
import type { CheckOptions } from '../options/checkOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runCheck(_words: string[], options: CheckOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options);
  const result = await check(commandOptions(options), screen.context);
  screen.progress.end();
  if (options.json) await printJson({ schema: 1, ...result });
  else for (const line of checkLines(result)) await printResult(line);
  return result.ok ? ExitCode.ok : ExitCode.badData;
}

/** Classes that are shown one by one. */
const shownClasses = 20;

const count = (n: number) => n.toLocaleString('en');
const column = (n: number) => count(n).padStart(10);

export function checkLines(result: Check): string[] {
  const { data, files, pictures, sizes, split, balance, ok, reasons } = result;
  return [
    `${printable(data)}: ${count(files)} files, of them ${count(pictures)} images that can be read`,
    '',
    ...classLines(result),
    ...problemLines(result),
    ...groupLines(result),
    ...(sizes
      ? [
          '',
          `${'sizes'.padEnd(22)}${['smallest', 'median', 'largest'].map((word) => word.padStart(12)).join('')}`,
          ...(['width', 'height', 'bytes'] as const).map((name) => rangeLine(name, sizes[name])),
        ]
      : []),
    '',
    ...(balance !== undefined ? [`${balance} See --class-weights.`] : []),
    ...(split
      ? [
          `The split (${split.method}, ${split.share}, seed ${split.seed}): ${count(split.train)} to train on, ${count(split.validation)} to validate on.`,
        ]
      : []),
    ...reasons,
    ok ? 'A training would work.' : 'A training would not work.',
  ];
}

function classLines({ classes }: Check): string[] {
  const all = Object.entries(classes);
  const shown = all.length > shownClasses ? [...all].sort(([, a], [, b]) => b.pictures - a.pictures) : all;
  const some =
    all.length > shownClasses
      ? [...shown.slice(0, shownClasses / 2), ...shown.slice(-shownClasses / 2)]
      : all;
  const width = Math.max(20, ...some.map(([name]) => printable(name).length)) + 2;
  return [
    `${'class'.padEnd(width)}${['images', 'unreadable'].map((word) => word.padStart(10)).join('  ')}`,
    ...some.map(
      ([name, { pictures, unreadable }]) =>
        `${printable(name).padEnd(width)}${column(pictures)}  ${column(unreadable)}`,
    ),
    ...(some.length < all.length ? [`(the largest and the smallest of ${all.length} classes)`] : []),
  ];
}

function problemLines({ problems }: Check): string[] {
  const lines = problemKinds.flatMap((kind) => {
    const found = problems.filter((problem) => problem.kind === kind);
    if (found.length === 0) return [];
    const { file, detail } = found[0]!;
    return [
      `${problemNames[kind].padEnd(22)}${column(found.length)}  ${printable(file)}: ${printable(detail)}`,
    ];
  });
  return lines.length === 0 ? [] : ['', `${'files'.padEnd(22)}${'how many'.padStart(10)}  such as`, ...lines];
}

function groupLines({ duplicates, nearDuplicates, underTwoClasses, onBothSides }: Check): string[] {
  const rows = [
    ['same bytes', duplicates],
    ['look the same', nearDuplicates],
    ['in two classes', underTwoClasses],
    ['both sides of split', onBothSides],
  ] as const;
  const lines = rows
    .filter(([, groups]) => groups.length > 0)
    .map(([name, groups]) => `${name.padEnd(22)}${column(groups.length)}  ${examples(groups[0]!, ' = ')}`);
  return lines.length === 0
    ? []
    : ['', `${'duplicates'.padEnd(22)}${'groups'.padStart(10)}  such as`, ...lines];
}

const rangeLine = (name: string, { min, median, max }: Range) =>
  `${name.padEnd(22)}${[min, median, max].map((value) => count(value).padStart(12)).join('')}`;
