// alexft train, on a terminal or for a program.

import { join } from 'node:path';
import { train } from '../commands/train.js';
import { ExitCode, printable } from '../core/errors.js';
import { shellWord } from '../core/text.js';
import type { OutputOptions } from '../options/outputOptions.js';
import type { TrainOptions } from '../options/trainOptions.js';
import type { TrainingEvent } from '../training/events.js';
import { stderrCan } from './capabilities.js';
import { endWell, interruptedExitCode } from './interrupt.js';
import { planLines } from './planLines.js';
import { openScreen } from './screen.js';
import { onReaderGone, printJson } from './terminal.js';
import { createTrainReader } from './trainReader.js';

export async function runTrain(
  _words: string[],
  options: TrainOptions & OutputOptions,
  given: Partial<TrainOptions>,
): Promise<ExitCode> {
  const screen = openScreen(options, 'Stopping after this step. Model and checkpoint are being saved.');
  onReaderGone(() => endWell(ExitCode.readerGone));
  const reader = createTrainReader(screen.progress, stderrCan, screen.costs);
  let last: TrainingEvent | undefined;
  let folder = given.resume ?? '';
  for await (const event of train(given, screen.context)) {
    if (options.json) await printJson(event);
    reader.take(event);
    if (event.event === 'start') folder = event.model;
    last = event;
  }
  reader.showCurves();
  screen.progress.end();
  if (last?.event === 'done' || last?.event === 'plan') {
    const lines = last.event === 'plan' ? planLines(last) : reader.summary(last);
    if (!options.json) for (const line of lines) await screen.print(line);
    return ExitCode.ok;
  }
  if (!folder) {
    screen.progress.message('Interrupted before the training began. Nothing was written.');
    return interruptedExitCode() ?? ExitCode.ok;
  }
  screen.progress.message(
    `Interrupted. The model as it was then is ${printable(join(folder, 'last.safetensors'))}`,
  );
  screen.progress.message(`To go on: alexft train --resume ${shellWord(folder)}`);
  return interruptedExitCode() ?? ExitCode.ok;
}
