// alexft demo.

import { demo } from '../../commands/training/demo.js';
import { ExitCode } from '../../core/errors.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { DemoOptions } from '../../options/setupOptions.js';
import { createTrainReader } from '../display/trainReader.js';
import { stderrCapabilities } from '../terminal/capabilities.js';
import { interruptedExitCode } from '../terminal/interrupt.js';
import { printJson } from '../terminal/output.js';
import { commandOptions, openScreen } from '../terminal/screen.js';
import { asTyped } from '../terminal/typedCommand.js';
import { evaluationLines } from './evaluateCommand.js';
import { predictionLine } from './predictCommand.js';

export async function runDemo(_words: string[], options: DemoOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options, 'Stopping after this step, saving the model ...');
  const reader = createTrainReader(screen.progress, stderrCapabilities, screen.costs);
  const commands: string[] = [];
  for await (const event of demo(commandOptions(options), screen.context)) {
    if (options.json) {
      await printJson(event);
      continue;
    }
    const lines: string[] = [];
    if (event.event === 'command') {
      commands.push(event.line);
      lines.push('', `${event.purpose}:`, `$ ${asTyped(event.line)}`);
    } else if (event.event === 'evaluation') lines.push(...evaluationLines(event.evaluation));
    else if (event.event === 'prediction') lines.push(predictionLine(event.result, 2));
    else {
      await reader.take(event);
      if (event.event === 'done') reader.showCurves();
      if (event.event === 'done') lines.push(...reader.summary(event));
    }
    for (const line of lines) await screen.print(line);
  }
  screen.progress.end();
  const interrupted = interruptedExitCode();
  if (interrupted !== undefined) return interrupted;
  if (!options.json) for (const line of closingLines(commands)) await screen.print(line);
  return ExitCode.ok;
}

export const closingLines = (commands: readonly string[]): string[] =>
  [
    '',
    'The commands of this demo:',
    ...commands.map((line) => `  ${line}`),
    'With your own images, in a folder with one sub-folder per class:',
    '  alexft train --data DIR',
    '  alexft predict photo.jpg',
  ].map(asTyped);
