// How a training that there was no memory for can be had: --resume goes on with the same batches only, so it is another
// run, from the best model where there is one.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from '../options/commandLine.js';
import { givenOptions } from '../options/givenTrainOptions.js';
import { type ResolvedTrainOptions, trainOptions } from '../options/trainOptions.js';
import { runFiles } from '../run/runFolder.js';

export interface FailedRun {
  readonly options: ResolvedTrainOptions;
  readonly folder: string;
  /** Whether the folder is this run's: not before a run has begun. */
  readonly begun: boolean;
  /** How many are complete. */
  readonly epochs: number;
}

/** What to do, with the exact command line. */
export async function trainAgain(run: FailedRun, batchSize: number): Promise<string> {
  const { options, folder, begun, epochs } = run;
  const smaller = { ...options, batchSize, profile: undefined };
  const best = join(folder, runFiles.best);
  if (begun && epochs > 0 && (await stat(best).catch(() => undefined))) {
    const left = Math.max(1, options.epochs - epochs);
    const line = trainLine({
      ...smaller,
      // A path, whatever the folder is called.
      weights: folder.includes('/') ? folder : `./${folder}`,
      epochs: left,
      scheduleEpochs: left,
      warmup: 0,
      out: undefined,
      force: false,
      resume: undefined,
    });
    return `To go on from its best model with batches of ${batchSize}, for ${left} more ${left === 1 ? 'epoch' : 'epochs'}:\n${line}`;
  }
  const again = {
    ...smaller,
    force: options.force || (begun && options.out !== undefined),
    resume: undefined,
  };
  return `With batches of ${batchSize}:\n${trainLine(again)}`;
}

const trainLine = (options: ResolvedTrainOptions): string =>
  commandLine('train', [], trainOptions, givenOptions(options));
