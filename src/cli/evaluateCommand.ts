// alexft evaluate, on a terminal or for a program.

import { type Evaluation, evaluate } from '../commands/evaluate.js';
import { ExitCode, printable } from '../errors.js';
import type { EvaluateOptions } from '../options/modelOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { commandOptions, openScreen } from './screen.js';
import { percent, printJson, printResult } from './terminal.js';

export async function runEvaluate(
  _words: string[],
  options: EvaluateOptions & OutputOptions,
): Promise<ExitCode> {
  const screen = openScreen(options);
  const evaluation = await evaluate(commandOptions(options), screen.context);
  screen.progress.end();
  if (options.json) await printJson({ schema: 1, ...evaluation });
  else for (const line of evaluationLines(evaluation)) await printResult(line);
  return ExitCode.ok;
}

/** Up to this many classes, the confusion is shown as a table. */
const tableClasses = 12;

export function evaluationLines({
  images,
  skipped,
  accuracy,
  loss,
  classes,
  perClass,
  confusion,
}: Evaluation): string[] {
  const width = Math.max(8, ...classes.map((name) => printable(name).length)) + 2;
  const cell = (value: string | number) => String(value).padStart(10);
  const lines = [
    `${images} pictures${skipped > 0 ? ` (${skipped} left out)` : ''}: accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`,
    '',
    `${'class'.padEnd(width)}${['pictures', 'precision', 'recall', 'F1'].map(cell).join('')}`,
    ...classes.map((name) => {
      const { images, precision, recall, f1 } = perClass[name]!;
      return `${printable(name).padEnd(width)}${[images, precision.toFixed(3), recall.toFixed(3), f1.toFixed(3)].map(cell).join('')}`;
    }),
  ];
  if (classes.length > tableClasses) return lines;
  return [
    ...lines,
    '',
    `${'is \\ taken for'.padEnd(Math.max(width, 16))}${classes.map((name) => cell(printable(name).slice(0, 9))).join('')}`,
    ...confusion.map(
      (row, index) => `${printable(classes[index]!).padEnd(Math.max(width, 16))}${row.map(cell).join('')}`,
    ),
  ];
}
