// The result of `alexft runs diff`.

import { printable } from '../../core/errors.js';
import { duration, percent } from '../../core/formatting.js';
import type { ComparedRun, RunComparison } from '../../report/comparison.js';
import { comparisonText } from '../../report/comparisonText.js';
import { stdoutCapabilities } from '../terminal/capabilities.js';
import { wrap } from '../terminal/columns.js';
import { table } from './table.js';

/** Images whose answer changed that are named. */
const mostNamed = 10;

export function comparisonLines(
  comparison: RunComparison,
  columns: number = stdoutCapabilities.columns(),
): string[] {
  const { runs, options, answers, notes } = comparison;
  const changed = answers?.changed ?? [];
  const answer = ({ label, probability }: { label: string; probability: number }) =>
    `${printable(label)} ${percent(probability)}`;
  return [
    ...table(
      [['', 'state', 'best', 'accuracy', 'loss', 'time', 'run'], ...runs.map(runCells)],
      ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
      columns,
    ),
    '',
    ...(options.length === 0
      ? ['No option differs.']
      : table(
          [['option', 'A', 'B'], ...options.map(({ option, values }) => [option, ...values].map(printable))],
          ['left', 'left', 'left'],
          columns,
        )),
    '',
    ...[...comparisonText(comparison), ...notes].flatMap((text) => wrap(text, columns)),
    ...(changed.length === 0 ? [] : ['']),
    ...table(
      changed
        .slice(0, mostNamed)
        .map(({ file, answers: [a, b] }) => [printable(file), `A ${answer(a)}`, `B ${answer(b)}`]),
      ['left', 'left', 'left'],
      columns,
    ),
    ...(changed.length > mostNamed ? [`... and ${changed.length - mostNamed} more: --json has all`] : []),
  ];
}

function runCells(
  { run, state, bestEpoch, valAccuracy, valLoss, seconds }: ComparedRun,
  index: number,
): string[] {
  return [
    'AB'[index]!,
    state,
    String(bestEpoch ?? ''),
    valAccuracy === undefined ? '' : percent(valAccuracy),
    valLoss?.toFixed(4) ?? '',
    seconds === undefined ? '' : duration(seconds),
    printable(run),
  ];
}
