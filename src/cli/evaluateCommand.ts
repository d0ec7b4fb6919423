// alexft evaluate, on a terminal or for a program.

import { type Evaluation, evaluate } from '../commands/evaluate.js';
import { ExitCode, printable } from '../core/errors.js';
import { percent } from '../core/formatting.js';
import type { EvaluateOptions } from '../options/modelOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { stdoutCan } from './capabilities.js';
import { columnsOf, padEnd, padStart, shortened } from './columns.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

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
const cellColumns = 10;

/** `columns`: how wide the terminal is, in which a long name is cut. */
export function evaluationLines(
  { images, skipped, accuracy, loss, classes, perClass, confusion }: Evaluation,
  columns = stdoutCan.columns(),
): string[] {
  const longest = Math.max(8, columns - 4 * cellColumns - 2);
  const names = classes.map((name) => shortened(printable(name), longest));
  const width = Math.max(8, ...names.map(columnsOf)) + 2;
  const cell = (value: string | number) => padStart(String(value), cellColumns);
  const lines = [
    `${images} images${skipped > 0 ? ` (${skipped} left out)` : ''}: accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`,
    '',
    `${padEnd('class', width)}${['images', 'precision', 'recall', 'F1'].map(cell).join('')}`,
    ...classes.map((name, index) => {
      const { images, precision, recall, f1 } = perClass[name]!;
      return `${padEnd(names[index]!, width)}${[images, precision.toFixed(3), recall.toFixed(3), f1.toFixed(3)].map(cell).join('')}`;
    }),
  ];
  if (classes.length > tableClasses) return lines;
  const first = Math.max(width, 16);
  if (first + classes.length * cellColumns > columns) {
    return [...lines, '', 'Which class is taken for which does not go into this terminal: see --json.'];
  }
  return [
    ...lines,
    '',
    `${padEnd('is \\ taken for', first)}${names.map((name) => cell(shortened(name, cellColumns - 1))).join('')}`,
    ...confusion.map((row, index) => `${padEnd(names[index]!, first)}${row.map(cell).join('')}`),
  ];
}
