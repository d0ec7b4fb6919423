// A run: its folder and lock, from before the training begins until after its report is written.

import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataError, printable, usageError } from '../core/errors.js';
import { counted } from '../core/text.js';
import { makeFolder } from '../io/makeFolder.js';
import type { TrainConfig } from '../training/config.js';
import { opening } from './cannotWrite.js';
import { findBest, readNewestCheckpoint, type SavedTraining } from './checkpoint/checkpoint.js';
import { checkpointsOf, removeCheckpoints, stepsIn } from './checkpoint/checkpointFolder.js';
import { type RecordState, recordProblem } from './checkpoint/recordState.js';
import { requireNoRun } from './existingRun.js';
import { lockRun, type RunLock } from './lock.js';
import { defaultRunFolder, type RunFile, readRunFile, runFiles } from './runFiles.js';
import { type ResumePoint, RunFolder } from './runFolder.js';

export type Saved = SavedTraining<RecordState>;

type OnMessage = (message: string) => void;

/** How the folder begins. */
type Beginning =
  | { readonly how: 'new' }
  /** A run that was stopped before its first checkpoint. */
  | { readonly how: 'restart' }
  | { readonly how: 'resume'; readonly point: ResumePoint };

/** Disposing of it releases the lock, and removes a folder in which no run has begun. */
export class Run implements AsyncDisposable {
  #begun = false;

  private constructor(
    readonly path: string,
    readonly config: TrainConfig,
    /** Of a resumed run: its options so far, and the weights that it began with. */
    readonly before: { readonly config: TrainConfig; readonly weights: string } | undefined,
    private readonly lock: RunLock,
    private readonly beginning: Beginning,
    private saved: Saved | undefined,
    private readonly made: readonly string[] = [],
  ) {}

  /** Locks the folder of a new run, creating it where it does not exist. Throws a usage error where it has a run. */
  static async create(config: TrainConfig): Promise<Run> {
    const { out, force } = config;
    const path = out ?? defaultRunFolder(new Date());
    if (out !== undefined && !force) await requireNoRun(path);
    return await opening(path, async () => {
      const folder = out === undefined ? await makeUnique(path) : { path, made: await makeFolders(path) };
      const lock = await lockRun(folder.path);
      try {
        if (!force) await requireNoRun(folder.path); // another process may have begun one meanwhile
        return new Run(folder.path, config, undefined, lock, { how: 'new' }, undefined, folder.made);
      } catch (error) {
        await lock.release();
        throw error;
      }
    });
  }

  /**
   * Locks the folder of a run that was interrupted or is to be extended, and reads its newest checkpoint. `resolve`
   * gives its options so far, and those from now on. Throws a data error where it can't be resumed.
   */
  static async resume(
    path: string,
    resolve: (file: RunFile) => Promise<{ before: TrainConfig; config: TrainConfig }>,
    onMessage: OnMessage,
  ): Promise<Run> {
    await resolve(await readRunFile(path)); // before a lock is made in a folder without a run
    const lock = await lockRun(path);
    try {
      const file = await readRunFile(path); // again: another process may have completed the run meanwhile
      const { before: options, config } = await resolve(file);
      const before = { config: options, weights: file.weights };
      if (file.state === 'complete') await requireExtensible(path, options, config.epochs);
      const checkpoints = (await stepsIn(path)).length;
      const saved = await readNewestCheckpoint<RecordState>(path, onMessage, recordProblem);
      if (!saved && checkpoints > 0) {
        throw dataError(
          `Every checkpoint of the run in '${printable(path)}' is damaged.`,
          `To restart it with the same numbers, remove '${printable(checkpointsOf(path))}': its models are replaced ` +
            'then. Or start another run from one of them, with --weights.',
        );
      }
      if (!saved) {
        onMessage(
          'The run has no checkpoint yet: restarting it with its options and the images as they are now.',
        );
        return new Run(path, config, before, lock, { how: 'restart' }, undefined);
      }
      const best = await bestOf(path, saved, onMessage);
      const point: ResumePoint = { step: saved.step, events: saved.record.events, best };
      const from = best ? saved : withoutBest(saved);
      return new Run(path, config, before, lock, { how: 'resume', point }, from);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Whether it continues from a checkpoint. */
  get resumes(): boolean {
    return this.beginning.how === 'resume';
  }

  /** The checkpoint to resume from. Its tensors are large, so they are handed over: a second call gives undefined. */
  takeSaved(): Saved | undefined {
    const { saved } = this;
    this.saved = undefined;
    return saved;
  }

  /** Begins to write: replaces the files of a previous run, or rolls back to the checkpoint. */
  async begin(onMessage: OnMessage): Promise<RunFolder> {
    this.#begun = true;
    if (this.beginning.how === 'resume') {
      return await RunFolder.reopen(this.path, this.beginning.point, onMessage);
    }
    return await RunFolder.create(this.path, { keepRunFile: this.beginning.how === 'restart' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lock.release();
    if (this.#begun) return;
    for (const folder of this.made) await rmdir(folder).catch(() => {}); // not empty: another process uses it by now
  }
}

/** Where the best model is whole. */
async function bestOf(path: string, saved: Saved, onMessage: OnMessage): Promise<ResumePoint['best']> {
  if (saved.best === undefined) return undefined;
  const found = await findBest(path, saved, join(path, runFiles.best));
  if (found !== undefined) return { sha256: saved.best, path: found };
  onMessage(
    `The best model of the run, of epoch ${saved.state.best?.epoch}, is damaged or missing: the best one is chosen again.`,
  );
  return undefined;
}

function withoutBest(saved: Saved): Saved {
  const { best: _file, ...rest } = saved;
  const { best: _epoch, ...state } = saved.state;
  return { ...rest, state };
}

/** A complete run can be extended if it kept its checkpoint. */
async function requireExtensible(path: string, before: TrainConfig, epochs: number): Promise<void> {
  if (!before.keepCheckpoint) {
    await removeCheckpoints(path); // its process may have been killed before it did
    throw dataError(
      `The run in '${printable(path)}' is complete, and its checkpoint was removed.`,
      `Start another one from its weights: --weights ${printable(path)}. (--keep-checkpoint leaves runs extensible.)`,
    );
  }
  if (epochs > before.epochs) return;
  throw usageError(
    `The run in '${printable(path)}' has completed its ${counted(before.epochs, 'epoch')}.`,
    'Give more: --epochs N.',
  );
}

/** Creates `path` and the folders above it. Returns those that did not exist, the innermost first. */
async function makeFolders(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    if (await stat(at).catch(() => undefined)) break;
    missing.push(at);
  }
  await makeFolder(path);
  return missing;
}

/** Creates `path`, or if it exists, `path-2`, `path-3`, ... */
async function makeUnique(path: string): Promise<{ path: string; made: string[] }> {
  const above = await makeFolders(dirname(path));
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    try {
      await mkdir(name);
      return { path: name, made: [name, ...above] };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
