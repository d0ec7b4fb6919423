// alexft demo, on a terminal or for a program.

import { demo } from '../commands/demo.js';
import { ExitCode } from '../core/errors.js';
import type { OutputOptions } from '../options/outputOptions.js';
import type { DemoOptions } from '../options/setupOptions.js';
import { stderrCan } from './capabilities.js';
import { evaluationLines } from './evaluateCommand.js';
import { interruptedExitCode } from './interrupt.js';
import { predictionLine } from './predictCommand.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson } from './terminal.js';
import { createTrainReader } from './trainReader.js';

export async function runDemo(_words: string[], options: DemoOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options, 'Stopping after this step; the model so far is being saved.');
  const reader = createTrainReader(screen.progress, stderrCan, screen.costs);
  const ran: string[] = [];
  for await (const event of demo(commandOptions(options), screen.context)) {
    if (options.json) {
      await printJson(event);
      continue;
    }
    const lines: string[] = [];
    if (event.event === 'command') {
      ran.push(event.line);
      lines.push('', `${event.purpose}:`, `$ ${event.line}`);
    } else if (event.event === 'evaluation') lines.push(...evaluationLines(event.evaluation));
    else if (event.event === 'prediction') lines.push(predictionLine(event.result, 2));
    else {
      reader.take(event);
      if (event.event === 'done') reader.showCurves();
      if (event.event === 'done') lines.push(...reader.summary(event));
    }
    for (const line of lines) await screen.print(line);
  }
  screen.progress.end();
  const interrupted = interruptedExitCode();
  if (interrupted !== undefined) return interrupted;
  if (!options.json) {
    const lines = [
      '',
      'These were the commands:',
      ...ran.map((line) => `  ${line}`),
      'On your own images, a folder with one sub-folder a class:',
      '  alexft train --data DIR',
      '  alexft predict photo.jpg',
    ];
    for (const line of lines) await screen.print(line);
  }
  return ExitCode.ok;
}
