// Checkpoints, `checkpoint/STEP/` in the run's folder: network, optimizer, training state, best model, checksums.
//
// A checkpoint exists once its folder has its name: it is written under another name, synced to the disk, and renamed
// (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). Two remain, so that one that is damaged later
// costs some steps and not the run.

import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, UserError } from '../../core/errors.js';
import { linkOrCopy, sha256OfFile, syncFolder, syncToDisk } from '../../io/atomic.js';
import { requireRoom } from '../../io/diskSpace.js';
import { makeFolder } from '../../io/makeFolder.js';
import type { OnBytes } from '../../io/writerThread.js';
import { bytesOf, type StateDict } from '../../model/stateDict.js';
import type { OptimizerState } from '../../training/optimization/optimizer.js';
import type { TrainingState } from '../../training/trainingState.js';
import { readSafetensors, writeSafetensorsBeside } from '../../weights/formats/safetensors.js';
import {
  checkpointOf,
  checkpointsOf,
  damageBehind,
  damageOf,
  checkpointFiles as files,
  removeCheckpoint,
  removeUnfinished,
  setAside,
  stepsIn,
  sumsText,
} from './checkpointFolder.js';
import { readState, type SavedState, stateSchema } from './checkpointState.js';

/** A training at one step. `record` is its owner's data. */
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

/** A complete file on the disk. */
interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
}

/** Files to link instead of writing them again. */
interface ExistingFiles {
  readonly parameters?: WrittenFile | undefined;
  readonly best?: WrittenFile | undefined;
}

/** How many remain when a new one is written. */
export const checkpointsKept = 2;

/** Writes a checkpoint of the run in the folder `run`, and removes old ones. Throws the system's error. */
export async function writeCheckpoint(
  run: string,
  training: Omit<SavedTraining, 'best'>,
  existing: ExistingFiles = {},
  onBytes?: OnBytes,
): Promise<void> {
  const parent = checkpointsOf(run);
  const { step, parameters, optimizer, state, record } = training;
  await makeFolder(parent);
  await removeUnfinished(run);
  const bytes = bytesOf(optimizer.tensors) + (existing.parameters ? 0 : bytesOf(parameters));
  await requireRoom(run, bytes, makeRoom(run));
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
      best: existing.best?.sha256,
    } satisfies SavedState);
    const write = (name: string, tensors: StateDict): Promise<string> =>
      writeSafetensorsBeside(own(name), tensors, {}, onBytes);
    const link = async (name: string, { path, sha256 }: WrittenFile): Promise<string> => {
      await linkOrCopy(path, own(name));
      return sha256;
    };
    if (existing.best) await link(files.best, existing.best);
    const sums = {
      [files.parameters]: existing.parameters
        ? await link(files.parameters, existing.parameters)
        : await write(files.parameters, parameters),
      [files.optimizer]: await write(files.optimizer, optimizer.tensors),
      [files.state]: createHash('sha256').update(text).digest('hex'),
    };
    await writeSynced(own(files.state), text);
    await writeSynced(own(files.sums), sumsText(sums));
    await syncFolder(unfinished);
    // One that is damaged, or that was written before the epoch's validation. A rename is shorter than a removal.
    const replaced = (await stepsIn(run)).includes(step) ? await setAside(run, step) : undefined;
    await rename(unfinished, checkpointOf(run, step));
    await syncFolder(parent);
    if (replaced !== undefined) await rm(replaced, { recursive: true, force: true });
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {}); // the next one tries again
    throw error;
  }
  for (const old of (await stepsIn(run)).slice(checkpointsKept)) await removeCheckpoint(run, old);
}

/** A hint for a full disk. */
export const makeRoom = (run: string): string =>
  `Free some space, then resume: alexft train --resume ${printable(run)}`;

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await syncToDisk(path);
}

/**
 * The newest undamaged checkpoint of the run; undefined where there is none. `onDamaged` is called for each damaged one
 * that is skipped. `recordProblem` returns what is wrong with a record, in words.
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
    onDamaged(`The checkpoint of step ${step} is damaged (${damage}): trying the one before it.`);
  }
  return undefined;
}

/**
 * Reads a checkpoint whose checksums are right. A string says what in it no training writes. Throws for another
 * schema.
 */
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

/**
 * A file with the best model of a checkpoint: `path`, or the checkpoint's own copy; undefined where both are damaged.
 */
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
