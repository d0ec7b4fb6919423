// The command line of a training that ran out of memory, with smaller batches. --resume can't change the batch size, so
// it is a new run, from the best model where there is one.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted } from '../../core/text.js';
import { runFiles } from '../../run/runFiles.js';
import type { TrainConfig } from '../../training/config.js';
import { commandLine } from '../commandLine.js';
import { givenOptions } from './givenTrainOptions.js';
import { trainOptions } from './trainOptions.js';

interface FailedRun {
  readonly config: TrainConfig;
  readonly folder: string;
  /** Whether the folder is this run's: not before a run has begun. */
  readonly begun: boolean;
  /** Complete epochs. */
  readonly epochs: number;
}

/** The hint with the exact command line. */
export async function retryCommand(run: FailedRun, batchSize: number): Promise<string> {
  const { config, folder, begun, epochs } = run;
  const smaller = { ...config, batchSize, profile: undefined };
  const best = join(folder, runFiles.best);
  if (begun && epochs > 0 && (await stat(best).catch(() => undefined))) {
    const left = Math.max(1, config.epochs - epochs);
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
    return `To continue from its best model with batches of ${batchSize}, for ${counted(left, 'more epoch')}:\n${line}`;
  }
  const again = {
    ...smaller,
    force: config.force || (begun && config.out !== undefined),
    resume: undefined,
  };
  return `With batches of ${batchSize}:\n${trainLine(again)}`;
}

const trainLine = (options: TrainConfig): string =>
  commandLine('train', [], trainOptions, givenOptions(options));
