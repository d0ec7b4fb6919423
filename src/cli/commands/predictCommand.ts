// alexft predict.

import { predict } from '../../commands/models/predict.js';
import { ExitCode, printable } from '../../core/errors.js';
import { percent } from '../../core/formatting.js';
import type { ImageResult } from '../../inference/predictResult.js';
import type { PredictOptions } from '../../options/modelOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { stdoutCapabilities } from '../terminal/capabilities.js';
import { interruptedExitCode } from '../terminal/interrupt.js';
import { printJson, printMessage } from '../terminal/output.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

export async function runPredict(
  words: string[],
  options: PredictOptions & OutputOptions,
): Promise<ExitCode> {
  const screen = openScreen(options);
  let exitCode: ExitCode = ExitCode.ok;
  let isFirst = true;
  const results = predict(words, commandOptions(options), screen.context);
  let next = await results.next();
  for (; !next.done; next = await results.next()) {
    const result = next.value;
    const failed = 'error' in result;
    if (failed) exitCode = ExitCode.badData;
    if (options.json) {
      if (stdoutCapabilities.interactive) screen.progress.end();
      await printJson(isFirst ? { schema: 1, ...result } : result);
    } else if (!failed) await screen.print(predictionLine(result, options.top));
    else {
      screen.progress.end();
      printMessage(predictionLine(result, options.top)); // also with --quiet
    }
    isFirst = false;
  }
  screen.progress.end();
  if (next.value) {
    const { file, pictures } = next.value;
    if (options.json) await printJson({ explained: next.value });
    else
      await screen.print(
        `${printable(file)}: heatmaps of ${pictures} ${pictures === 1 ? 'image' : 'images'}`,
      );
  }
  return interruptedExitCode() ?? exitCode;
}

/** `photo.jpg: Cat 99.1%, Dog 0.9%`, `photo.jpg: unsure (Cat 55.1%, Dog 44.9%)`, or why the image could not be read. */
export function predictionLine(result: ImageResult, top: number): string {
  const file = printable(result.file);
  if ('error' in result) return `${file}: ${result.error}`;
  const ranked = Object.entries(result.probabilities).sort(([, a], [, b]) => b - a);
  const shown = ranked.slice(0, top).map(([name, share]) => `${printable(name)} ${percent(share)}`);
  return result.unsure ? `${file}: unsure (${shown.join(', ')})` : `${file}: ${shown.join(', ')}`;
}
