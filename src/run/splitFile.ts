// split.json of a run: its images, each with its side and hash.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { isObject, optional } from '../core/json.js';
import type { TrainingSet } from '../data/dataset/dataset.js';
import type { Saved } from './run.js';
import { runFiles } from './runFiles.js';

export interface RecordedFile {
  readonly file: string;
  readonly class: string;
  readonly side: string;
  /** Absent in the runs of older versions, and for a file that could not be read. */
  readonly sha256?: string;
}

/** Throws a data error that names the first difference where the dataset is not the one that the run began with. */
export async function requireSameDataset(folder: string, dataset: TrainingSet): Promise<void> {
  const files = await readSplit(folder);
  if (!files) {
    throw dataError(
      `'${printable(join(folder, runFiles.split))}' can't be read: the images of the run are unknown.`,
      'Start another run.',
    );
  }
  const problem = firstDifference(files, recordOf(dataset));
  if (problem === undefined) return;
  throw dataError(
    `The images are not those that the run began with: ${problem}.`,
    'Restore the folder, name another one with --data, or start another run.',
  );
}

const recordOf = ({ record }: TrainingSet) => record as { val?: string; files: readonly RecordedFile[] };

/** Names first: an added file can move others to the other side. */
function firstDifference(
  before: readonly RecordedFile[],
  { val, files: now }: { val?: string; files: readonly RecordedFile[] },
): string | undefined {
  const shown = ({ file }: RecordedFile) => `'${printable(file)}'`;
  // With --val, both folders can have a file of that name.
  const key = ({ file, side }: RecordedFile) => (val === undefined ? file : `${side} ${file}`);
  const found = new Map(now.map((entry) => [key(entry), entry]));
  const known = new Set(before.map(key));
  const missing = before.find((entry) => !found.has(key(entry)));
  const added = now.find((entry) => !known.has(key(entry)));
  if (missing || added || before.length !== now.length) {
    const names = [missing && `${shown(missing)} is missing`, added && `${shown(added)} is new`].filter(
      Boolean,
    );
    return [`it had ${before.length}, and there are ${now.length}`, names.join(', and ')]
      .filter(Boolean)
      .join('; ');
  }
  for (const entry of before) {
    const { sha256 } = found.get(key(entry))!;
    if (entry.sha256 !== undefined && entry.sha256 !== sha256) return `${shown(entry)} has other bytes`;
  }
  const moved = before.find((entry) => entry.side !== found.get(key(entry))!.side);
  return moved && `${shown(moved)} was for ${moved.side}, and is for ${found.get(key(moved))!.side}`;
}

/**
 * A file of the run as `dataset` names it. Names of --val's images begin with its folder, which can have moved; the
 * longest path in it that ends the name is the file's.
 */
function currentName(file: string, dataset: TrainingSet): string {
  if (dataset.names.includes(file)) return file;
  let best: { length: number; index: number } | undefined;
  for (const [index, entry] of recordOf(dataset).files.entries()) {
    const { length } = entry.file;
    const ends = entry.side === 'validation' && file.endsWith(join('/', entry.file));
    if (ends && length > (best?.length ?? 0)) best = { length, index };
  }
  return best ? dataset.names[best.index]! : file;
}

/** The images in the run's split.json; undefined where it is unreadable. */
export async function readSplit(folder: string): Promise<readonly RecordedFile[] | undefined> {
  const text = await readFile(join(folder, runFiles.split), 'utf8').catch(() => '');
  try {
    const split: unknown = JSON.parse(text);
    const files = isObject(split) ? split.files : undefined;
    return Array.isArray(files) && files.every(isRecordedFile) ? files : undefined;
  } catch {
    return undefined;
  }
}

const isRecordedFile = (entry: unknown): entry is RecordedFile =>
  isObject(entry) &&
  [entry.file, entry.class, entry.side].every((word) => typeof word === 'string') &&
  optional((sum) => typeof sum === 'string')(entry.sha256);

/** With the names that the images have now. */
export function savedFor(dataset: TrainingSet, saved: Saved | undefined): Saved | undefined {
  if (!saved) return undefined;
  const { record } = saved;
  const skipped = record.skipped.map((event) => ({ ...event, file: currentName(event.file, dataset) }));
  return { ...saved, record: { ...record, skipped } };
}
