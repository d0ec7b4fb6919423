// alexft evaluate.

import { evaluate } from '../../commands/models/evaluate.js';
import { ExitCode, printable } from '../../core/errors.js';
import { percent } from '../../core/formatting.js';
import { counted } from '../../core/text.js';
import type { Evaluation } from '../../inference/evaluation.js';
import type { Threshold } from '../../inference/threshold.js';
import type { EvaluateOptions } from '../../options/modelOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { table } from '../display/table.js';
import { stdoutCapabilities } from '../terminal/capabilities.js';
import { truncate, wrap } from '../terminal/columns.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

export async function runEvaluate(
  _words: string[],
  options: EvaluateOptions & OutputOptions,
): Promise<ExitCode> {
  const screen = openScreen(options);
  const evaluation = await evaluate(commandOptions(options), screen.context);
  await screen.finish(evaluation, () => evaluationLines(evaluation));
  return ExitCode.ok;
}

/** The confusion matrix of more classes is only in --json. */
const mostConfusionClasses = 12;
/** Columns of a class name above the confusion matrix. */
const longestHeading = 9;
/** Columns of a class name in its rows, at least. */
const shortestName = 14;

/** The result in lines of at most `columns`. */
export function evaluationLines(evaluation: Evaluation, columns = stdoutCapabilities.columns()): string[] {
  const lines = metricLines(evaluation, columns);
  const { threshold, images } = evaluation;
  if (!threshold) return lines;
  return [...lines, '', ...thresholdSentences(threshold, images).flatMap((line) => wrap(line, columns))];
}

function thresholdSentences(
  { maxError, probability, answered, wrong, interval }: Threshold,
  images: number,
): string[] {
  if (probability === undefined || answered === undefined || !interval) {
    return [`No threshold keeps the error at ${percent(maxError)} or below on these images.`];
  }
  const [low, high] = interval.map(percent);
  return [
    `With --min-probability ${probability}, ${answered} of ${counted(images, 'image')} are answered ` +
      `(${percent(answered / images)}), ${wrong} of them wrongly.`,
    `Error: ${percent(wrong! / answered)}, 95% confidence interval ${low} to ${high} (Clopper-Pearson)`,
  ];
}

function metricLines(
  { images, skipped, accuracy, loss, classes, perClass, confusion }: Evaluation,
  columns: number,
): string[] {
  const names = classes.map((name) => printable(name));
  const right = (count: number) => new Array<'right'>(count).fill('right');
  const lines = [
    `${counted(images, 'image')}${skipped > 0 ? ` (${skipped} skipped)` : ''}: accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`,
    '',
    ...table(
      [
        ['class', 'images', 'precision', 'recall', 'F1'],
        ...classes.map((name, index) => {
          const { images, precision, recall, f1 } = perClass[name]!;
          return [names[index]!, String(images), ...[precision, recall, f1].map((value) => value.toFixed(3))];
        }),
      ],
      ['left', ...right(4)],
      columns,
    ),
  ];
  if (classes.length > mostConfusionClasses) return lines;
  if (shortestName + classes.length * (longestHeading + 2) > columns) {
    return [...lines, '', 'The confusion matrix does not fit this terminal: see --json.'];
  }
  const matrix = [
    ['true \\ predicted', ...names.map((name) => truncate(name, longestHeading))],
    ...confusion.map((row, index) => [names[index]!, ...row.map(String)]),
  ];
  return [...lines, '', ...table(matrix, ['left', ...right(classes.length)], columns)];
}
