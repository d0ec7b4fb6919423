// alexft lr-find.

import { type LearningRates, lrFind } from '../../commands/training/lrFind.js';
import { ExitCode } from '../../core/errors.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { LrFindOptions } from '../../options/train/lrFindOptions.js';
import { chartLines } from '../display/chart.js';
import { type Capabilities, stdoutCapabilities } from '../terminal/capabilities.js';
import { openScreen } from '../terminal/screen.js';
import { asTyped } from '../terminal/typedCommand.js';

export async function runLrFind(
  _words: string[],
  options: LrFindOptions & OutputOptions,
  given: Partial<LrFindOptions>,
): Promise<ExitCode> {
  const screen = openScreen(options);
  const result = await lrFind(given, screen.context);
  await screen.finish(result, () => lrFindLines(result, stdoutCapabilities));
  return ExitCode.ok;
}

const rows = 10;
const widest = 80;

/** The curve and the suggestion, with the training's command line. */
export function lrFindLines(
  { rates, smoothed, suggestion, range, command, reason }: LearningRates,
  { columns, unicode }: Pick<Capabilities, 'columns' | 'unicode'>,
): string[] {
  const power = (rate: number) => `1e${Math.log10(rate).toFixed(1)}`;
  const top = 2 * smoothed[0]!; // a diverged loss would flatten the rest
  const series = [{ values: smoothed.map((loss) => Math.min(loss, top)), stroke: 'solid' as const }];
  const ends = [power(rates[0]!), power(rates.at(-1)!)] as const;
  const chart = { title: 'loss by learning rate', series, ends };
  const curve =
    smoothed.length > 1 ? chartLines(chart, { columns: Math.min(widest, columns()), rows, unicode }) : [];
  if (suggestion === undefined || !range) return [...curve, `No suggestion: ${reason}`];
  return [
    ...curve,
    `Learning rate: ${suggestion}; from ${range[0].toPrecision(2)} to ${range[1].toPrecision(2)} the loss falls at least half as fast`,
    asTyped(command!),
  ];
}
