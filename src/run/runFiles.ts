// The files of a run's folder (docs/json.md).

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { type Fields, isObject } from '../core/json.js';

export const runStates = ['running', 'complete', 'interrupted', 'failed'] as const;
export type RunState = (typeof runStates)[number];

export const runFiles = {
  best: 'model.safetensors',
  last: 'last.safetensors',
  run: 'run.json',
  split: 'split.json',
  events: 'events.jsonl',
  report: 'report.html',
} as const;

/** The names of TensorBoard's files begin so, and continue with time, host and process. */
export const eventFilePrefix = 'events.out.tfevents.';

/** `models/2026-11-23-141500` for a run that starts at that time (UTC). */
export const defaultRunFolder = (start: Date): string =>
  join('models', start.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', ''));

/** What a resumed run takes from its run.json. */
export interface RunFile {
  readonly state: RunState;
  /** Unchecked: options/resumedOptions.ts checks them. */
  readonly options: Fields;
  /** The weights that the run began with. */
  readonly weights: string;
}

/** Reads run.json of the run in `folder`. Throws a data error where there is none that can be read. */
export async function readRunFile(folder: string): Promise<RunFile> {
  const run = await readJson(join(folder, runFiles.run));
  if (isRunFile(run)) return run;
  throw dataError(
    `There is no run to resume in '${printable(folder)}': it has no readable run.json.`,
    'Name the folder of a training, such as models/DATE-TIME.',
  );
}

/** Undefined where it is missing or not JSON. */
const readJson = (path: string): Promise<unknown> =>
  readFile(path, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);

const isRunFile = (run: unknown): run is RunFile =>
  isObject(run) &&
  isObject(run.options) &&
  typeof run.weights === 'string' &&
  (runStates as readonly unknown[]).includes(run.state);

/** The complete run under `models/` whose model was written last; undefined where there is none. */
export async function newestModel(folder = 'models'): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  let newest: { path: string; time: number } | undefined;
  for (const name of names) {
    const path = join(folder, name);
    const model = await stat(join(path, runFiles.best)).catch(() => undefined);
    const run: unknown = model && (await readJson(join(path, runFiles.run)));
    if (!model || !isObject(run) || run.state !== 'complete') continue;
    if (!newest || model.mtimeMs > newest.time) newest = { path, time: model.mtimeMs };
  }
  return newest?.path;
}
