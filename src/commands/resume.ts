// Going on with a training: which options hold, and where it stood.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable, UserError, usageError } from '../errors.js';
import { withDefaults } from '../options/option.js';
import {
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../options/trainOptions.js';
import { readNewestCheckpoint, type SavedTraining } from '../training/checkpoint.js';
import { checkpointsOf, removeCheckpoints, stepsIn } from '../training/checkpointFolder.js';
import { lockRun, type RunLock } from '../training/runLock.js';
import type { CommandContext } from './context.js';
import type { RecordState } from './runRecord.js';
import type { TrainingSet } from './trainingSet.js';

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
  'noReport',
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
    ...resolveTrainOptions(withDefaults(trainOptions, { ...run.options, ...changes })),
    out: folder,
  };
  if (run.state === 'complete') await checkExtensible(folder, run.options, options.epochs);
  const some = (await stepsIn(folder)).length > 0;
  const saved = await readNewestCheckpoint(folder, context.onMessage);
  if (!saved && some) {
    throw dataError(
      `No checkpoint of the run in '${printable(folder)}' is whole.`,
      `To begin it again, with the same numbers, remove '${printable(checkpointsOf(folder))}': its models are replaced ` +
        'then. Or start another from one of them, with --weights.',
    );
  }
  if (!saved) context.onMessage('No checkpoint was written yet: beginning again, with the same numbers.');
  return { folder, options, weights: run.weights, saved: saved as SavedTraining<RecordState> | undefined };
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
  const path = join(folder, 'run.json');
  try {
    const run = JSON.parse(await readFile(path, 'utf8')) as Partial<RunFile>;
    if (run.options && run.state && run.weights !== undefined) return run as RunFile;
  } catch (error) {
    if (error instanceof UserError) throw error;
  }
  throw dataError(
    `There is no run to go on with in '${printable(folder)}': it has no run.json that can be read.`,
    'Name the folder of a training, such as models/DATE-TIME.',
  );
}

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

/** The pictures have to be those that the run began with. Throws a data error that names the first difference. */
export async function requireSameSet(folder: string, set: TrainingSet): Promise<void> {
  const path = join(folder, 'split.json');
  const files = await readFile(path, 'utf8').then(recordedFiles, () => undefined);
  if (!files) {
    throw dataError(
      `'${printable(path)}' can't be read: which pictures the run began with is not known.`,
      'Start another run.',
    );
  }
  const now = (set.record as { files: readonly RecordedFile[] }).files;
  const differs = ({ file, side }: RecordedFile, index: number) =>
    file !== now[index]?.file || side !== now[index]?.side;
  const index = files.findIndex(differs);
  if (index < 0 && files.length === now.length) return;
  const at = index < 0 ? files.length : index;
  const shown = (entry: RecordedFile | undefined) => (entry ? `'${printable(entry.file)}'` : 'none');
  throw dataError(
    `The pictures are not those that the run began with: it had ${files.length}, and there are ${now.length}; ` +
      `number ${at + 1} was ${shown(files[at])}, and is ${shown(now[at])}.`,
    'Bring the folder back to what it was, or start another run.',
  );
}

function recordedFiles(text: string): readonly RecordedFile[] | undefined {
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    return Array.isArray(files) ? files : undefined;
  } catch {
    return undefined;
  }
}

interface RecordedFile {
  readonly file: string;
  readonly side: string;
}
