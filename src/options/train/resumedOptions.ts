// The options of a run that is resumed: its own, and those that may be changed.

import { dataError, printable, reasonOf, usageError } from '../../core/errors.js';
import { counted } from '../../core/text.js';
import { withAbsolutePaths } from '../../run/recording/descriptions.js';
import type { RunFile } from '../../run/runFiles.js';
import type { TrainConfig } from '../../training/config.js';
import { withDefaults } from '../option.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from './trainOptions.js';

/** What may be given with --resume. Any other option would make another training of it. */
const changeable = [
  'data', // the images are compared with those of the run
  'val',
  'test',
  'epochs',
  'device',
  'threads',
  'workers',
  'noSetup',
  'maxBad',
  'checkpointEvery',
  'keepCheckpoint',
  'cacheLimit',
  'rendezvous',
  'rank',
  'worldSize',
  'noReport',
  'tensorboard',
  'profile',
  'force', // of --profile: the run itself is resumed
] as const satisfies (keyof TrainOptions)[];

/**
 * The options of the run in `folder` before and now. Throws a usage error for options that can't change, and a data
 * error where run.json has options that this version does not know.
 */
export function resumedOptions(
  folder: string,
  { options }: RunFile,
  { resume: _, ...now }: Partial<TrainOptions>,
): { before: TrainConfig; config: TrainConfig } {
  const given = withAbsolutePaths(now);
  const before = inFolder(folder, () => savedOptions(options));
  requireChangeable(given, before);
  if (given.epochs !== undefined) requireSameSchedule(given.epochs, before);
  // A profile belongs to one process, not to the run.
  const all = { ...renamed(options), profile: undefined, ...given };
  return { before, config: { ...resolveTrainOptions(withDefaults(trainOptions, all)), out: folder } };
}

/** The options in a run.json, checked. Throws a UserError. */
export const savedOptions = (options: object): TrainConfig =>
  resolveTrainOptions(withDefaults(trainOptions, renamed(options)));

/** With the names of this version: `precision` was the switch `tf32`. */
function renamed(options: object): Partial<TrainOptions> {
  const { tf32, ...others } = options as Partial<TrainOptions> & { tf32?: boolean };
  return tf32 ? { ...others, precision: 'tf32' } : others;
}

function inFolder(folder: string, read: () => TrainConfig): TrainConfig {
  try {
    return read();
  } catch (error) {
    throw dataError(
      `run.json in '${printable(folder)}' has options that this version does not know: ${reasonOf(error)}`,
      'Resume with the version of alexft that wrote it.',
      error,
    );
  }
}

function requireChangeable(given: Partial<TrainOptions>, before: TrainConfig): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === before[name as keyof TrainOptions]) continue;
    const added = name === 'val' && before.val === undefined;
    if (!added && (changeable as readonly string[]).includes(name)) continue;
    const { flag } = trainOptions[name as keyof TrainOptions];
    throw usageError(
      `${flag} can't be changed when a run is resumed: it would be another training.`,
      `With --resume these may be given: ${changeable.map((each) => trainOptions[each].flag).join(', ')}.`,
    );
  }
}

/** Cosine falls over the run's own epochs: with more of them, the steps so far would have been different. */
function requireSameSchedule(epochs: number, before: TrainConfig): void {
  const { schedule, scheduleEpochs } = before;
  if (schedule !== 'cosine' || epochs === before.epochs || scheduleEpochs !== before.epochs) return;
  throw usageError(
    `--epochs can't be changed here: the schedule cosine runs over the ${counted(before.epochs, 'epoch')} that the run began with.`,
    'A run that is to be extended needs --schedule-epochs from its beginning.',
  );
}
