// alexft report, on a terminal or for a program.

import { type Report, report } from '../commands/report.js';
import { ExitCode, printable, usageError } from '../core/errors.js';
import { percent } from '../core/formatting.js';
import type { OutputOptions } from '../options/outputOptions.js';
import type { ReportOptions } from '../options/reportOptions.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runReport(words: string[], options: ReportOptions & OutputOptions): Promise<ExitCode> {
  const [folder, ...more] = words;
  if (more.length > 0) throw usageError('Name one run to report on.', 'alexft report models/NAME');
  const screen = openScreen(options);
  const result = await report(folder, commandOptions(options), screen.context);
  screen.progress.end();
  if (options.json) await printJson({ schema: 1, ...result });
  else for (const line of reportLines(result)) await printResult(line);
  return ExitCode.ok;
}

function reportLines({ file, bytes, images, accuracy, mistakes, calibrationError, notes }: Report): string[] {
  return [
    ...notes,
    ...(accuracy === undefined
      ? []
      : [
          `${images} validation images: right on ${percent(accuracy)}, ${mistakes} wrong; calibration error ${percent(calibrationError!)}`,
        ]),
    `${printable(file)}: ${Math.ceil(bytes / 1000)} KB, to open in a browser`,
  ];
}
