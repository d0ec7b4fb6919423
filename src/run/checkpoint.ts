// What a stopped training needs to go on as if it had never stopped: in the run's folder, `checkpoint/STEP/` with the
// network, the optimizer, where the loop stands, the best model so far, and a list of checksums.
//
// A checkpoint exists once its folder has its name: it is written under another one, synced to the disk, and renamed
// (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). Two are kept, so that one that was damaged
// later, by a disk or a hand, costs some steps and not the run.

import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, UserError } from '../core/errors.js';
import { linkOrCopy, sha256OfFile, syncFolder, syncToDisk } from '../io/atomic.js';
import { requireRoom } from '../io/diskSpace.js';
import { makeFolder } from '../io/makeFolder.js';
import { bytesOf, type StateDict } from '../model/stateDict.js';
import type { OptimizerState } from '../training/optimizer.js';
import type { TrainingState } from '../training/trainingState.js';
import {
  type BesideOptions,
  readSafetensors,
  writeSafetensorsBeside,
} from '../weights/safetensors/safetensors.js';
import {
  checkpointOf,
  checkpointsOf,
  damageBehind,
  damageOf,
  checkpointFiles as files,
  removeCheckpoint,
  removeUnfinished,
  stepsIn,
  sumsText,
} from './checkpointFolder.js';
import { readState, type SavedState, stateSchema } from './savedState.js';

/** A training at one step. `record` is its owner's: what it needs of the time before. */
export interface SavedTraining<Record = unknown> {
  /** Steps done, over all epochs. */
  readonly step: number;
  readonly parameters: StateDict;
  readonly optimizer: OptimizerState;
  readonly state: TrainingState;
  readonly record: Record;
  /** The SHA-256 of the best model's file at that time. */
  readonly best?: string | undefined;
}

/** A file that was written before, and is on the disk. */
interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
}

interface FilesAtHand {
  /** One with the very parameters: it gets a second name in place of being written a second time. */
  readonly parameters?: WrittenFile | undefined;
  readonly best?: WrittenFile | undefined;
}

/** How many are left when a new one is written. */
export const checkpointsKept = 2;

/** Writes a checkpoint of the run in `run`, and removes those that are no longer needed. Throws the system's error. */
export async function writeCheckpoint(
  run: string,
  training: Omit<SavedTraining, 'best'>,
  atHand: FilesAtHand = {},
  beside: BesideOptions = {},
): Promise<void> {
  const parent = checkpointsOf(run);
  const { step, parameters, optimizer, state, record } = training;
  await makeFolder(parent);
  await removeUnfinished(run);
  const room = [optimizer.tensors, ...(atHand.parameters ? [] : [parameters])]
    .map(bytesOf)
    .reduce((sum, bytes) => sum + bytes - (beside.spares?.roomFor(bytes) ?? 0), 0);
  await requireRoom(run, room, goOn(run));
  const unfinished = join(parent, `.${step}-${process.pid}`);
  const own = (name: string) => join(unfinished, name);
  await makeFolder(unfinished);
  try {
    const text = JSON.stringify({
      schema: stateSchema,
      step,
      optimizerSteps: optimizer.steps,
      state,
      record,
      best: atHand.best?.sha256,
    } satisfies SavedState);
    const write = (name: string, tensors: StateDict): Promise<string> =>
      writeSafetensorsBeside(own(name), tensors, {}, beside);
    const link = async (name: string, { path, sha256 }: WrittenFile): Promise<string> => {
      await linkOrCopy(path, own(name));
      return sha256;
    };
    if (atHand.best) await link(files.best, atHand.best);
    const sums = {
      [files.parameters]: atHand.parameters
        ? await link(files.parameters, atHand.parameters)
        : await write(files.parameters, parameters),
      [files.optimizer]: await write(files.optimizer, optimizer.tensors),
      [files.state]: createHash('sha256').update(text).digest('hex'),
    };
    await writeSynced(own(files.state), text);
    await writeSynced(own(files.sums), sumsText(sums));
    await syncFolder(unfinished);
    await rm(checkpointOf(run, step), { recursive: true, force: true }); // a damaged one, not resumed from
    await rename(unfinished, checkpointOf(run, step));
    await syncFolder(parent);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {}); // the next one does it
    throw error;
  }
  for (const old of (await stepsIn(run)).slice(checkpointsKept))
    await removeCheckpoint(run, old, beside.spares);
}

/** What to do about a disk that was full. */
export const goOn = (run: string): string => `Make room, then go on: alexft train --resume ${printable(run)}`;

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await syncToDisk(path);
}

/**
 * The newest checkpoint of the run that is whole. `onDamaged` hears of newer ones that are not. Undefined where there
 * is none at all, or none is whole. `recordProblem`: what is wrong with a record, in words; undefined where nothing is.
 */
export async function readNewestCheckpoint<Record = unknown>(
  run: string,
  onDamaged: (message: string) => void,
  recordProblem: (record: unknown) => string | undefined = () => undefined,
): Promise<SavedTraining<Record> | undefined> {
  for (const step of await stepsIn(run)) {
    const found = (await damageOf(run, step)) ?? (await readCheckpoint(run, step));
    const damage = typeof found === 'string' ? found : recordProblem(found.record);
    if (damage === undefined) return found as SavedTraining<Record>;
    onDamaged(`The checkpoint of step ${step} is damaged (${damage}): looking for the one before it.`);
  }
  return undefined;
}

/** A checkpoint whose sums are right, or what in it nevertheless no training writes. Throws for one of another schema. */
async function readCheckpoint(run: string, step: number): Promise<SavedTraining | string> {
  const folder = checkpointOf(run, step);
  const saved = readState(await readFile(join(folder, files.state), 'utf8'), folder);
  if (typeof saved === 'string') return `${files.state}: ${printable(saved)}`;
  if (saved.step !== step) return `it is of step ${saved.step}`;
  try {
    const [parameters, optimizer] = await Promise.all(
      [files.parameters, files.optimizer].map((name) => readSafetensors(join(folder, name))),
    );
    return {
      step,
      parameters: parameters!.tensors,
      optimizer: { steps: saved.optimizerSteps, tensors: optimizer!.tensors },
      state: saved.state,
      record: saved.record,
      best: saved.best,
    };
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Where a whole best model lies that a checkpoint knows of: `path` itself, or the checkpoint's own. */
export async function findBest(
  run: string,
  { step, best }: Pick<SavedTraining, 'step' | 'best'>,
  path: string,
): Promise<string | undefined> {
  for (const candidate of [path, join(checkpointOf(run, step), files.best)]) {
    const sum = await sha256OfFile(candidate).catch((error) => damageBehind(error, candidate));
    if (sum === best) return candidate;
  }
  return undefined;
}
