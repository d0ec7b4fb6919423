// Going on with a training: which options hold, and where it stood.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context as CommandContext } from '../core/context.js';
import { dataError, printable, reasonOf, usageError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import { withDefaults } from '../options/option.js';
import {
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../options/trainOptions.js';
import { readNewestCheckpoint, type SavedTraining } from './checkpoint.js';
import { checkpointsOf, removeCheckpoints, stepsIn } from './checkpointFolder.js';
import { type RecordState, recordProblem } from './recordState.js';
import { runStates } from './runFolder.js';
import { lockRun, type RunLock } from './runLock.js';

/** What may be given with --resume. All else would make another training of it. */
const changeable = [
  'epochs',
  'device',
  'threads',
  'workers',
  'noSetup',
  'maxBad',
  'checkpointEvery',
  'keepCheckpoint',
  'cacheLimit',
  'noReport',
  'profile',
  'force', // of --profile: the run in the folder is gone on with
] as const satisfies (keyof TrainOptions)[];

/** What resume reads of a run.json. */
interface RunFile {
  readonly state: string;
  readonly options: ResolvedTrainOptions;
  readonly weights: string;
}

export interface ResumedRun {
  readonly folder: string;
  readonly options: ResolvedTrainOptions;
  /** The weights that the run began with, by name. */
  readonly weights: string;
  /** Undefined where the run was stopped before its first checkpoint: it begins again, with the same numbers. */
  readonly saved: SavedTraining<RecordState> | undefined;
  /** Keeps others from going on with it: the caller's to release. */
  readonly lock: RunLock;
}

/**
 * The run in the folder `given.resume`: its own options, with those that are given anew and may change. Throws a usage
 * error for others, and a data error where there is no run that can go on.
 */
export async function resumeRun(
  folder: string,
  given: Partial<TrainOptions>,
  context: CommandContext,
): Promise<ResumedRun> {
  await readRun(folder); // before a lock is made in a folder that holds no run
  const lock = await lockRun(folder);
  try {
    return { ...(await whereItStood(folder, given, context)), lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function whereItStood(
  folder: string,
  given: Partial<TrainOptions>,
  context: CommandContext,
): Promise<Omit<ResumedRun, 'lock'>> {
  const run = await readRun(folder);
  const { resume: _, ...changes } = given;
  refuseOthers(changes, run.options);
  if (changes.epochs !== undefined) checkEpochs(changes.epochs, run.options);
  const options = {
    // A profile was that of one process, and not of the run.
    ...resolveTrainOptions(withDefaults(trainOptions, { ...run.options, profile: undefined, ...changes })),
    out: folder,
  };
  if (run.state === 'complete') await checkExtensible(folder, run.options, options.epochs);
  const some = (await stepsIn(folder)).length > 0;
  const saved = await readNewestCheckpoint<RecordState>(folder, context.onMessage, recordProblem);
  if (!saved && some) {
    throw dataError(
      `No checkpoint of the run in '${printable(folder)}' is whole.`,
      `To begin it again, with the same numbers, remove '${printable(checkpointsOf(folder))}': its models are replaced ` +
        'then. Or start another from one of them, with --weights.',
    );
  }
  if (!saved) context.onMessage('No checkpoint was written yet: beginning again, with the same numbers.');
  return { folder, options, weights: run.weights, saved };
}

/** A complete run goes on where it is given more epochs, and kept its checkpoint. */
async function checkExtensible(folder: string, before: ResolvedTrainOptions, epochs: number): Promise<void> {
  if (!before.keepCheckpoint) {
    await removeCheckpoints(folder); // its process may have been killed before it did
    throw dataError(
      `The run in '${printable(folder)}' is complete, and its checkpoint was removed.`,
      `Start another one from its weights: --weights ${printable(folder)}. (--keep-checkpoint leaves runs extensible.)`,
    );
  }
  if (epochs > before.epochs) return;
  throw usageError(
    `The run in '${printable(folder)}' has gone through its ${before.epochs} epochs.`,
    'Give more: --epochs N.',
  );
}

async function readRun(folder: string): Promise<RunFile> {
  const run = await readFile(join(folder, 'run.json'), 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (!isRunFile(run)) {
    throw dataError(
      `There is no run to go on with in '${printable(folder)}': it has no run.json that can be read.`,
      'Name the folder of a training, such as models/DATE-TIME.',
    );
  }
  try {
    resolveTrainOptions(withDefaults(trainOptions, run.options));
  } catch (error) {
    throw dataError(
      `The run in '${printable(folder)}' has options in its run.json that this version does not take: ${reasonOf(error)}`,
      'Go on with the version of alexft that wrote it.',
      error,
    );
  }
  return run;
}

/** run.json is data from a file: what is built on is looked at. */
const isRunFile = (run: unknown): run is RunFile =>
  isObject(run) &&
  isObject(run.options) &&
  typeof run.weights === 'string' &&
  (runStates as readonly unknown[]).includes(run.state);

function refuseOthers(given: Partial<TrainOptions>, before: ResolvedTrainOptions): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === before[name as keyof TrainOptions]) continue;
    if ((changeable as readonly string[]).includes(name)) continue;
    const { flag } = trainOptions[name as keyof TrainOptions];
    throw usageError(
      `${flag} can't be changed when a run goes on: it would be another training.`,
      `With --resume these may be given: ${changeable.map((each) => trainOptions[each].flag).join(', ')}.`,
    );
  }
}

/** Cosine has fallen by the run's own epochs: with more of them the steps so far would have been others. */
function checkEpochs(epochs: number, before: ResolvedTrainOptions): void {
  const { schedule, scheduleEpochs } = before;
  if (schedule !== 'cosine' || epochs === before.epochs || scheduleEpochs !== before.epochs) return;
  throw usageError(
    `--epochs can't be changed here: the schedule cosine runs over the ${before.epochs} epochs that the run began with.`,
    'A run that is to be extended wants --schedule-epochs from its beginning.',
  );
}
