// alexft runs: the runs in a folder.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable, reasonOf } from '../../core/errors.js';
import { withDefaults } from '../../options/option.js';
import { type ListOptions, listOptions } from '../../options/runsOptions.js';
import { recordedOptions } from '../../options/train/reproducedOptions.js';
import { readPastRun } from '../../report/gather/pastRun.js';
import { isLocked } from '../../run/lock.js';
import { runFiles } from '../../run/runFiles.js';

export interface ListedRun {
  /** Its folder. */
  readonly run: string;
  /** That of run.json; `killed` where it says `running` but no process trains; `unknown` where it can't be read. */
  readonly state: string;
  /** Why `unknown`, or the error of a run that failed. */
  readonly problem?: string;
  /** ISO 8601. */
  readonly started?: string;
  /** Of a run that has ended. */
  readonly seconds?: number;
  /** Complete epochs, and those of --epochs. */
  readonly epochs?: number;
  readonly ofEpochs?: number;
  /** Of the best model. */
  readonly bestEpoch?: number;
  readonly valAccuracy?: number;
  readonly valLoss?: number;
  /** Those that differ from their defaults, by the library's names. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The runs in `folder`, and `folder` itself where it is one. Throws a data error where it can't be read. */
export async function listRuns(
  folder: string | undefined,
  given: Partial<ListOptions> = {},
): Promise<ListedRun[]> {
  const { sort } = withDefaults(listOptions, given);
  const runs: ListedRun[] = [];
  for (const path of await runsIn(folder)) runs.push(await listedRun(path));
  const { value, descending } = orders[sort];
  const key = (run: ListedRun) =>
    value(run) ?? (descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  const compare = (a: ListedRun, b: ListedRun) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)));
  return runs.sort((a, b) => (descending ? compare(b, a) : compare(a, b)) || (a.run < b.run ? -1 : 1));
}

/** The runs in `folder`, by default models/, and `folder` itself where it is one. Throws a data error. */
export async function runsIn(folder: string | undefined): Promise<string[]> {
  const parent = folder ?? 'models';
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (folder === undefined && error.code === 'ENOENT') return [];
    const problem = printable(reasonOf(error));
    throw dataError(`'${printable(parent)}' can't be read: ${problem}`, 'Name a folder with runs.');
  });
  const folders = entries.filter((entry) => !entry.isFile()).map(({ name }) => join(parent, name));
  const found = await Promise.all(
    [parent, ...folders].map(async (path) => ((await isRun(path)) ? [path] : [])),
  );
  return found.flat();
}

interface Order {
  readonly value: (run: ListedRun) => number | string | undefined;
  readonly descending?: boolean;
}

/** Runs without the value are last. */
const orders: Readonly<Record<ListOptions['sort'], Order>> = {
  started: { value: ({ started }) => started && Date.parse(started), descending: true },
  name: { value: ({ run }) => run },
  accuracy: { value: ({ valAccuracy }) => valAccuracy, descending: true },
  loss: { value: ({ valLoss }) => valLoss },
  seconds: { value: ({ seconds }) => seconds },
};

async function isRun(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => []);
  return names.includes(runFiles.run) || names.includes(runFiles.events);
}

async function listedRun(path: string): Promise<ListedRun> {
  try {
    const { run, epochs } = await readPastRun(path);
    const { state, error, started, seconds, options } = run;
    const best = epochs.findLast((epoch) => epoch.best);
    const ended = state !== 'running';
    return {
      run: path,
      state: ended || (await isLocked(path)) ? state : 'killed',
      ...(error !== undefined && { problem: error }),
      ...(started !== undefined && { started }),
      ...(ended && seconds !== undefined && { seconds }),
      epochs: epochs.length,
      ofEpochs: options.epochs,
      ...(best && { bestEpoch: best.epoch }),
      ...(best?.valAccuracy !== undefined && { valAccuracy: best.valAccuracy, valLoss: best.valLoss! }),
      options: recordedOptions({ ...run }),
    };
  } catch (error) {
    return { run: path, state: 'unknown', problem: reasonOf(error) };
  }
}
