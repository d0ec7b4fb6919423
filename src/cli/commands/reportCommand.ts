// alexft report.

import { type Report, report } from '../../commands/runs/report.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import { percent } from '../../core/formatting.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { ReportOptions } from '../../options/reportOptions.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

export async function runReport(words: string[], options: ReportOptions & OutputOptions): Promise<ExitCode> {
  const [folder, ...more] = words;
  if (more.length > 0) {
    throw usageError(`Expected one run folder but received ${words.length}.`, 'alexft report models/NAME');
  }
  const screen = openScreen(options);
  const result = await report(folder, commandOptions(options), screen.context);
  await screen.finish(result, () => reportLines(result));
  return ExitCode.ok;
}

function reportLines({ file, bytes, images, accuracy, mistakes, calibrationError, notes }: Report): string[] {
  return [
    ...notes,
    ...(accuracy === undefined
      ? []
      : [
          `${images} validation images: accuracy ${percent(accuracy)}, ${mistakes} mistakes, calibration error ${percent(calibrationError!)}`,
        ]),
    `${printable(file)}: ${Math.ceil(bytes / 1000)} KB, open it in a browser`,
  ];
}
