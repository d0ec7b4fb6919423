// alexft train.

import { join } from 'node:path';
import { train } from '../../commands/training/train.js';
import { ExitCode, printable } from '../../core/errors.js';
import { shellWord } from '../../core/text.js';
import { placeOf } from '../../distributed/launchers/place.js';
import { onSupervisorGone } from '../../distributed/supervisor.js';
import type { Given } from '../../options/given/sources.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { type TrainOptions, trainOptions } from '../../options/train/trainOptions.js';
import type { PlanEvent, TrainingEvent } from '../../training/events.js';
import { createTrainReader, imagesLine } from '../display/trainReader.js';
import { stderrCapabilities } from '../terminal/capabilities.js';
import { interruptedExitCode, stopCommand } from '../terminal/interrupt.js';
import { onReaderGone, printJson } from '../terminal/output.js';
import { openScreen } from '../terminal/screen.js';
import { asTyped } from '../terminal/typedCommand.js';

export async function runTrain(
  _words: string[],
  options: TrainOptions & OutputOptions,
  given: Partial<TrainOptions>,
  sources: Given['sources'],
): Promise<ExitCode> {
  const place = placeOf(given, process.env);
  onSupervisorGone(() => stopCommand(ExitCode.terminated));
  if (place && place.rank > 0) return await followRankZero(options, given);
  const screen = openScreen(options, 'Stopping after this step, saving the model and a checkpoint ...');
  const { progress } = screen;
  onReaderGone(() => stopCommand(ExitCode.readerGone));
  const reader = createTrainReader(progress, stderrCapabilities, screen.costs);
  let last: TrainingEvent | undefined;
  let folder = given.resume ?? '';
  for await (const event of train(given, screen.context)) {
    if (options.json) await printJson(event.event === 'plan' ? { ...event, sources } : event);
    await reader.take(event);
    if (event.event === 'start') folder = event.model;
    last = event;
  }
  reader.showCurves();
  progress.end();
  if (last?.event === 'done' || last?.event === 'plan') {
    const lines = last.event === 'plan' ? planLines(last, sources) : reader.summary(last);
    if (!options.json) for (const line of lines) await screen.print(line);
    return ExitCode.ok;
  }
  if (!last && interruptedExitCode() === undefined) return ExitCode.ok; // the run was complete
  if (folder) {
    progress.message(`Interrupted. The current model is ${printable(join(folder, 'last.safetensors'))}`);
    progress.message(`To resume: ${asTyped(`alexft train --resume ${shellWord(folder)}`)}`);
  } else progress.message('Interrupted before the training started. Nothing was written.');
  return interruptedExitCode() ?? (place ? ExitCode.terminated : ExitCode.ok); // another rank's signal stops all
}

/** The other ranks of a training print errors only, or with --verbose messages, too. */
async function followRankZero(
  options: TrainOptions & OutputOptions,
  given: Partial<TrainOptions>,
): Promise<ExitCode> {
  const { context } = openScreen({ ...options, json: false, quiet: !options.verbose }, 'Stopping ...');
  for await (const _event of train(given, context));
  return ExitCode.ok; // also after a signal: launchers would kill rank 0 while it writes the checkpoint
}

/** The images and the resolved options of --dry-run, each with where its value is from. */
function planLines(plan: PlanEvent, sources: Given['sources']): string[] {
  const { dryRun: _dryRun, ...table } = trainOptions;
  const values: Record<string, unknown> = { ...plan.options, out: plan.model };
  const width = Math.max(...Object.values(table).map(({ flag }) => flag.length)) + 2;
  return [
    imagesLine(plan),
    ...Object.entries(table).flatMap(([name, { flag, defaultText }]) => {
      const value = values[name] ?? defaultText;
      if (value === undefined) return [];
      const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : printable(String(value));
      return `${flag.padEnd(width)}${(sources[name] ?? 'default').padEnd('environment'.length + 2)}${text}`;
    }),
  ];
}
