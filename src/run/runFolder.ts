// Writes the files of one run. The caller holds the folder's lock (run.ts).

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { span } from '../core/spans.js';
import { linkOrCopy, sha256OfFile, temporarySuffix, writeAtomically } from '../io/atomic.js';
import { requireRoom } from '../io/diskSpace.js';
import type { OnBytes } from '../io/writerThread.js';
import { bytesOf, type StateDict } from '../model/stateDict.js';
import { type ModelDescription, writeModel } from '../weights/modelFile.js';
import { cannotWrite, opening } from './cannotWrite.js';
import { makeRoom, type SavedTraining, writeCheckpoint } from './checkpoint/checkpoint.js';
import {
  removeCheckpoint,
  removeCheckpoints,
  removeUnfinished,
  stepsIn,
} from './checkpoint/checkpointFolder.js';
import { EventLog } from './eventLog.js';
import { filesOfRun } from './existingRun.js';
import { eventFilePrefix, type RunState, runFiles } from './runFiles.js';

type ModelName = 'best' | 'last';

/** What a run that is resumed returns to. */
export interface ResumePoint {
  readonly step: number;
  /** The length of events.jsonl, in bytes. */
  readonly events: number;
  /** The best model of that time: its SHA-256, and a whole file that has it. */
  readonly best: { readonly sha256: string; readonly path: string } | undefined;
}

export class RunFolder {
  /** The SHA-256 of the model files, as far as they are known. */
  readonly #sums = new Map<string, string>();
  #lastStep: number | undefined;

  private constructor(
    readonly path: string,
    private readonly events: EventLog,
  ) {}

  /** Removes the files of a previous run, and begins a new one. `keepRunFile`: run.json stays until it is replaced. */
  static async create(path: string, { keepRunFile = false } = {}): Promise<RunFolder> {
    return await opening(path, async () => {
      for (const name of await filesOfRun(path)) {
        if (!keepRunFile || name !== runFiles.run) await rm(join(path, name));
      }
      await removeCheckpoints(path);
      await removeTemporary(path);
      for (const name of await readdir(path))
        if (name.startsWith(eventFilePrefix)) await rm(join(path, name));
      return new RunFolder(path, await EventLog.create(join(path, runFiles.events)));
    });
  }

  /** Rolls back to a checkpoint: drops later checkpoints and events, and restores the best model of that time. */
  static async reopen(
    path: string,
    { step, events, best }: ResumePoint,
    onMessage: (message: string) => void,
  ): Promise<RunFolder> {
    return await opening(path, async () => {
      await removeTemporary(path);
      await removeUnfinished(path);
      await rm(join(path, runFiles.report), { force: true }); // it describes a later state
      for (const later of await stepsIn(path)) if (later > step) await removeCheckpoint(path, later);
      if (best && best.path !== join(path, runFiles.best)) await linkBest(path, best.path);
      const log = await EventLog.reopen(join(path, runFiles.events), events, onMessage);
      const folder = new RunFolder(path, log);
      if (best) folder.#sums.set(runFiles.best, best.sha256);
      return folder;
    });
  }

  #fileOf(name: ModelName): string {
    return join(this.path, runFiles[name]);
  }

  async record(event: object): Promise<void> {
    await this.#write('save events', () => this.events.append(event));
  }

  /** Writes a model as it is after `step`. */
  async saveModel(
    name: ModelName,
    tensors: StateDict,
    description: ModelDescription,
    step: number,
    onBytes?: OnBytes,
  ): Promise<void> {
    await this.#write('save model', async () => {
      await requireRoom(this.path, bytesOf(tensors), makeRoom(this.path));
      this.#sums.set(runFiles[name], await writeModel(this.#fileOf(name), tensors, description, onBytes));
      if (name === 'last') this.#lastStep = step;
    });
  }

  /** Makes the last model the best one too. */
  async lastIsBest(): Promise<void> {
    await this.#write('link best model', () => linkBest(this.path, this.#fileOf('last')));
    this.#sums.set(runFiles.best, this.#sums.get(runFiles.last)!);
  }

  /** Syncs events.jsonl to the disk and returns its length in bytes. */
  async eventsLength(): Promise<number> {
    let length = 0;
    await this.#write('save events', async () => {
      length = await this.events.sync();
    });
    return length;
  }

  /** `lastHasParameters`: whether the last model has the parameters that are trained. */
  async checkpoint(
    training: SavedTraining,
    { lastHasParameters = true }: { readonly lastHasParameters?: boolean } = {},
    onBytes?: OnBytes,
  ): Promise<void> {
    const written = (name: ModelName) => {
      const sha256 = this.#sums.get(runFiles[name]);
      return sha256 === undefined ? undefined : { path: this.#fileOf(name), sha256 };
    };
    const existing = {
      parameters: lastHasParameters && this.#lastStep === training.step ? written('last') : undefined,
      best: training.state.best && written('best'),
    };
    await this.#write('save checkpoint', () => writeCheckpoint(this.path, training, existing, onBytes));
  }

  async removeCheckpoints(): Promise<void> {
    await this.#write('remove checkpoints', () => removeCheckpoints(this.path));
  }

  /** The SHA-256 of each model file that exists, by its name. */
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
    await this.#write('save events', () => this.events.close());
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
        : cannotWrite(this.path, error, `Make sure that the folder is writable. ${makeRoom(this.path)}`);
    }
  }
}

/** Gives a model file the best model's name too: model files are replaced, never changed. */
const linkBest = (run: string, path: string): Promise<void> =>
  writeAtomically(join(run, runFiles.best), (temporary) => linkOrCopy(path, temporary));

/** Left behind by killed processes. */
async function removeTemporary(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.endsWith(temporarySuffix)) await rm(join(path, name), { force: true });
  }
}
