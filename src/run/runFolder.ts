// A run's folder: the best and the last model, what the run was, and what happened in it (docs/json.md).

import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { printable, reasonOf, UserError, usageError } from '../core/errors.js';
import { span } from '../core/spans.js';
import { linkOrCopy, sha256OfFile, temporarySuffix, writeAtomically } from '../io/atomic.js';
import { requireRoom } from '../io/diskSpace.js';
import { makeFolder } from '../io/makeFolder.js';
import { SpareFiles } from '../io/spareFiles.js';
import type { OnBytes } from '../io/writerThread.js';
import { bytesOf, type StateDict } from '../model/stateDict.js';
import { type ModelDescription, writeModel } from '../weights/modelFile.js';
import { findBest, goOn, type SavedTraining, writeCheckpoint } from './checkpoint.js';
import { removeCheckpoint, removeCheckpoints, removeUnfinished, stepsIn } from './checkpointFolder.js';
import { EventLog } from './eventLog.js';
import { lockRun, type RunLock } from './runLock.js';

/** How a run can stand. */
export const runStates = ['running', 'complete', 'interrupted', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** By what is in them. */
export const runFiles = {
  best: 'model.safetensors',
  last: 'last.safetensors',
  run: 'run.json',
  split: 'split.json',
  events: 'events.jsonl',
  report: 'report.html',
} as const;

/** `models/2026-11-23-141500` for a run that starts at that time (UTC). */
export const defaultRunFolder = (start: Date): string =>
  join('models', start.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', ''));

export class RunFolder {
  /** The SHA-256 of each model, as far as it is known, by its file's name. */
  readonly #sums = new Map<string, string>();
  /** Of checkpoints that had to go. */
  readonly #spares: SpareFiles;
  #lastStep: number | undefined;

  private constructor(
    readonly path: string,
    private readonly lock: RunLock,
    private readonly events: EventLog,
  ) {
    this.#spares = new SpareFiles(path);
  }

  /**
   * Makes the folder. One that has a run in it is refused, or with `force` emptied of that run's files. `held`: its
   * lock, of a run that begins again: its run.json stays until the new one replaces it.
   */
  static async create(path: string, force: boolean, held?: RunLock): Promise<RunFolder> {
    return await opening(path, async () => {
      await makeFolder(path);
      const lock = held ?? (await lockRun(path));
      return await orRelease(lock, async () => {
        // Asked again: another process may have been here since.
        const old = await replaceableRun(path, force);
        for (const name of old) if (!held || name !== runFiles.run) await rm(join(path, name));
        await removeCheckpoints(path);
        await removeTemporary(path);
        return new RunFolder(path, lock, await EventLog.create(join(path, runFiles.events)));
      });
    });
  }

  /** As `create`, in a folder of which nobody else thinks: `path` or, where that is there, `path-2`, `path-3`. */
  static async createUnique(path: string): Promise<RunFolder> {
    const unused = await opening(path, async () => {
      await makeFolder(dirname(path));
      for (let number = 1; ; number++) {
        const name = number === 1 ? path : `${path}-${number}`;
        if (await madeHere(name)) return name;
      }
    });
    return await RunFolder.create(unused, false);
  }

  /**
   * Opens the folder of a run that goes on where it was `saved`, and makes it what it was then: later checkpoints, which
   * are damaged, and what was told later go; the best model of then comes back. Where it can't, `saved` forgets it, so
   * that it is looked for anew. `tell` hears of what was lost.
   */
  static async reopen(
    path: string,
    lock: RunLock,
    saved: SavedTraining<{ readonly events: number }>,
    tell: (message: string) => void,
  ): Promise<RunFolder> {
    return await opening(path, async () => {
      await removeTemporary(path);
      await removeUnfinished(path);
      await rm(join(path, runFiles.report), { force: true }); // it tells of the run as it was
      for (const step of await stepsIn(path)) if (step > saved.step) await removeCheckpoint(path, step);
      const best = saved.best && (await bringBack(path, saved));
      if (saved.best && !best) {
        tell(
          `The best model of the run, of epoch ${saved.state.best?.epoch}, is damaged or gone: the best is looked for anew.`,
        );
        delete saved.state.best;
      }
      const events = await EventLog.reopen(join(path, runFiles.events), saved.record.events, tell);
      const folder = new RunFolder(path, lock, events);
      if (best) folder.#sums.set(runFiles.best, best);
      return folder;
    });
  }

  async record(event: object): Promise<void> {
    await this.#write('save events', () => this.events.append(event));
  }

  /** Writes the model as it is after `step`, and where it is the best so far, under that name too. */
  async saveModel(
    tensors: StateDict,
    description: ModelDescription,
    { step, best }: { step: number; best: boolean },
    onBytes?: OnBytes,
  ): Promise<void> {
    await this.#write('save model', async () => {
      const spares = this.#spares;
      const bytes = bytesOf(tensors);
      await requireRoom(this.path, bytes - spares.roomFor(bytes), goOn(this.path));
      const last = join(this.path, runFiles.last);
      const sha256 = await writeModel(last, tensors, description, { onBytes, spares });
      this.#lastStep = step;
      this.#sums.set(runFiles.last, sha256);
      if (!best) return;
      await nameBest(this.path, last);
      this.#sums.set(runFiles.best, sha256);
    });
  }

  /** The step after which the last model was saved by this process. */
  get lastStep(): number | undefined {
    return this.#lastStep;
  }

  /** Bytes of events.jsonl so far, which are on the disk then. */
  async eventsLength(): Promise<number> {
    let length = 0;
    await this.#write('save events', async () => {
      length = await this.events.sync();
    });
    return length;
  }

  async checkpoint(training: SavedTraining, onBytes?: OnBytes): Promise<void> {
    const written = (name: string) => {
      const sha256 = this.#sums.get(name);
      return sha256 === undefined ? undefined : { path: join(this.path, name), sha256 };
    };
    const atHand = {
      parameters: this.#lastStep === training.step ? written(runFiles.last) : undefined,
      best: training.state.best && written(runFiles.best),
    };
    const beside = { onBytes, spares: this.#spares };
    await this.#write('save checkpoint', () => writeCheckpoint(this.path, training, atHand, beside));
  }

  async removeCheckpoints(): Promise<void> {
    await this.#write('remove checkpoints', () => removeCheckpoints(this.path));
  }

  /** The SHA-256 of each model that there is, by its file's name. */
  async modelSums(): Promise<Record<string, string>> {
    const sums: Record<string, string> = {};
    for (const name of [runFiles.best, runFiles.last]) {
      const known = this.#sums.get(name);
      const sum = known ?? (await sha256OfFile(join(this.path, name)).catch(() => undefined));
      if (sum !== undefined) sums[name] = sum;
    }
    return sums;
  }

  writeSplit(split: object): Promise<void> {
    return this.#writeJson(runFiles.split, split);
  }

  writeRun(run: { state: RunState } & Record<string, unknown>): Promise<void> {
    return this.#writeJson(runFiles.run, run);
  }

  async close(): Promise<void> {
    await this.#spares.clear();
    await this.#write('save events', () => this.events.close()).finally(() => this.lock.release());
  }

  #writeJson(name: string, value: object): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    return this.#write(`save ${name}`, () =>
      writeAtomically(join(this.path, name), (file) => writeFile(file, text)),
    );
  }

  async #write(name: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await span(name, 'files', write);
    } catch (error) {
      throw error instanceof UserError
        ? error
        : cannotWrite(this.path, error, `See to it that the folder may be written. ${goOn(this.path)}`);
    }
  }
}

/** A second name for the bytes of the file `path`: models are replaced, never changed, so this one stays as it is. */
async function nameBest(run: string, path: string): Promise<void> {
  const best = join(run, runFiles.best);
  await writeAtomically(best, (temporary) => linkOrCopy(path, temporary));
}

/** Puts the best model that `saved` knows in its place; gives its SHA-256, or undefined where it is nowhere whole. */
async function bringBack(run: string, saved: SavedTraining): Promise<string | undefined> {
  const best = join(run, runFiles.best);
  const found = await findBest(run, saved, best);
  if (found !== undefined && found !== best) await nameBest(run, found);
  return found && saved.best;
}

/** What killed processes left: whoever has the lock is the only one who writes here. */
async function removeTemporary(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.endsWith(temporarySuffix)) await rm(join(path, name), { force: true });
  }
}

/** Whether the folder was made by this call, and not there already. */
async function madeHere(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function opening<T>(path: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof UserError ? error : cannotWrite(path, error);
  }
}

async function orRelease<T>(lock: RunLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The files of the run that is in `path` already. Throws a usage error where there are some and no `force`, and a
 * UserError where `path` is no folder. Changes nothing: so that a command can ask before it begins to work.
 */
export async function replaceableRun(path: string, force: boolean): Promise<string[]> {
  const present = await readdir(path).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw cannotWrite(path, error);
  });
  const old = Object.values(runFiles).filter((name) => present.includes(name));
  if (old.length === 0 || force) return old;
  throw occupied(path, old);
}

const occupied = (path: string, old: readonly string[]): UserError =>
  usageError(
    `'${printable(path)}' has a run in it (${old.join(', ')}), which would be overwritten.`,
    'Name another folder with --out, or give --force to replace that run.',
  );

function cannotWrite(
  path: string,
  error: unknown,
  hint = 'Check that the disk has room and that the folder may be written, or name another one with --out.',
): UserError {
  return new UserError(`Cannot write to '${printable(path)}': ${printable(reasonOf(error))}`, {
    hint,
    cause: error,
  });
}

/** The latest complete run under `models/`, or undefined. */
export async function newestModel(folder = 'models'): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  let newest: { path: string; time: number } | undefined;
  for (const name of names) {
    const path = join(folder, name);
    const run = await readFile(join(path, runFiles.run), 'utf8').catch(() => '{}');
    const model = await stat(join(path, runFiles.best)).catch(() => undefined);
    if (!model || !isComplete(run)) continue;
    if (!newest || model.mtimeMs > newest.time) newest = { path, time: model.mtimeMs };
  }
  return newest?.path;
}

function isComplete(run: string): boolean {
  try {
    return (JSON.parse(run) as { state?: RunState }).state === 'complete';
  } catch {
    return false;
  }
}
