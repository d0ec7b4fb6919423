// A run's folder: the best and the last model, what the run was, and what happened in it (docs/json.md).

import { copyFile, link, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, reasonOf, UserError, usageError } from '../errors.js';
import { writeAtomically } from '../fetch/atomic.js';
import { makeFolder } from '../fetch/makeFolder.js';
import { type ModelDescription, writeModel } from '../model/modelFile.js';
import type { StateDict } from '../model/stateDict.js';

export type RunState = 'running' | 'complete' | 'interrupted' | 'failed';

const files = {
  best: 'model.safetensors',
  last: 'last.safetensors',
  run: 'run.json',
  split: 'split.json',
  events: 'events.jsonl',
} as const;

/** `models/2026-11-23-141500` for a run that starts at that time (UTC). */
export const defaultRunFolder = (start: Date): string =>
  join('models', start.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', ''));

export class RunFolder {
  readonly #events: Awaited<ReturnType<typeof open>>;

  private constructor(
    readonly path: string,
    events: Awaited<ReturnType<typeof open>>,
  ) {
    this.#events = events;
  }

  /** Makes the folder. One that has a run in it is refused, or with `force` emptied of that run's files. */
  static async create(path: string, force: boolean): Promise<RunFolder> {
    const old = await replaceableRun(path, force);
    try {
      await makeFolder(path);
      for (const name of old) await rm(join(path, name));
      // 'wx': of two runs that start at once, one gets the folder.
      const events = await open(join(path, files.events), force ? 'w' : 'wx').catch((error) => {
        throw error.code === 'EEXIST' ? occupied(path, [files.events]) : error;
      });
      return new RunFolder(path, events);
    } catch (error) {
      throw error instanceof UserError ? error : cannotWrite(path, error);
    }
  }

  async record(event: object): Promise<void> {
    await this.#write(() => this.#events.appendFile(`${JSON.stringify(event)}\n`));
  }

  /** Writes the model as it is now, and where it is the best so far, under that name too. */
  async saveModel(tensors: StateDict, description: ModelDescription, best: boolean): Promise<void> {
    await this.#write(async () => {
      await writeModel(join(this.path, files.last), tensors, description);
      if (best) await this.#copyLastToBest();
    });
  }

  /** A second name for the same bytes: the next `last` is a new file, so this one stays as it is. */
  async #copyLastToBest(): Promise<void> {
    const temporary = join(this.path, `.${files.best}.${process.pid}`);
    await rm(temporary, { force: true });
    try {
      await link(join(this.path, files.last), temporary);
    } catch {
      await copyFile(join(this.path, files.last), temporary); // a file system without links
    }
    await rename(temporary, join(this.path, files.best));
  }

  writeSplit(split: object): Promise<void> {
    return this.#writeJson(files.split, split);
  }

  writeRun(run: { state: RunState } & Record<string, unknown>): Promise<void> {
    return this.#writeJson(files.run, run);
  }

  async close(): Promise<void> {
    await this.#events.close();
  }

  #writeJson(name: string, value: object): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    return this.#write(() => writeAtomically(join(this.path, name), (file) => writeFile(file, text)));
  }

  async #write(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw error instanceof UserError ? error : cannotWrite(this.path, error);
    }
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
  const old = Object.values(files).filter((name) => present.includes(name));
  if (old.length === 0 || force) return old;
  throw occupied(path, old);
}

const occupied = (path: string, old: readonly string[]): UserError =>
  usageError(
    `'${printable(path)}' has a run in it (${old.join(', ')}), which would be overwritten.`,
    'Name another folder with --out, or give --force to replace that run.',
  );

function cannotWrite(path: string, error: unknown): UserError {
  return new UserError(`Cannot write to '${printable(path)}': ${reasonOf(error)}`, {
    hint: 'Check that the disk has room and that the folder may be written, or name another one with --out.',
    cause: error,
  });
}

/** The latest complete run under `models/`, or undefined. */
export async function newestModel(folder = 'models'): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  let newest: { path: string; time: number } | undefined;
  for (const name of names) {
    const path = join(folder, name);
    const run = await readFile(join(path, files.run), 'utf8').catch(() => '{}');
    const model = await stat(join(path, files.best)).catch(() => undefined);
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
