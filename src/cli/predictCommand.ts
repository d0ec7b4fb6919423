// alexft predict, on a terminal or for a program.

import { predict } from '../commands/predict.js';
import { ExitCode, printable } from '../core/errors.js';
import { percent } from '../core/formatting.js';
import type { ImageResult } from '../inference/predictResult.js';
import type { PredictOptions } from '../options/modelOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { stdoutCan } from './capabilities.js';
import { interruptedExitCode } from './interrupt.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, say } from './terminal.js';

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
      if (stdoutCan.draws) screen.progress.end();
      await printJson(isFirst ? { schema: 1, ...result } : result);
    } else if (!failed) await screen.print(predictionLine(result, options.top));
    else {
      screen.progress.end();
      say(predictionLine(result, options.top));
    }
    isFirst = false;
  }
  screen.progress.end();
  if (next.value) {
    const { file, pictures } = next.value;
    const drawn = pictures === 1 ? '1 image' : `${pictures} images`;
    if (options.json) await printJson({ explained: next.value });
    else await screen.print(`${printable(file)}: where the network looked, ${drawn}`);
  }
  return interruptedExitCode() ?? exitCode;
}

/** `photo.jpg: Cat 99.1%, Dog 0.9%`, or why the image could not be read. */
export function predictionLine(result: ImageResult, top: number): string {
  const file = printable(result.file);
  if ('error' in result) return `${file}: ${result.error}`;
  const ranked = Object.entries(result.probabilities).sort(([, a], [, b]) => b - a);
  const shown = ranked.slice(0, top).map(([name, share]) => `${printable(name)} ${percent(share)}`);
  return `${file}: ${shown.join(', ')}`;
}
