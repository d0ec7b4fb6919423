// split.json of a run: its images, each with its side and hash.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { isObject, optional } from '../core/json.js';
import type { TrainingSet } from '../data/dataset/dataset.js';
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
  const now = (dataset.record as { files: readonly RecordedFile[] }).files;
  const problem = firstDifference(files, now);
  if (problem === undefined) return;
  throw dataError(
    `The images are not those that the run began with: ${problem}.`,
    'Restore the folder, or start another run.',
  );
}

/** Names first: an added file can move others to the other side. */
function firstDifference(before: readonly RecordedFile[], now: readonly RecordedFile[]): string | undefined {
  const name = (entry: RecordedFile | undefined) => (entry ? `'${printable(entry.file)}'` : 'none');
  for (let index = 0; index < Math.max(before.length, now.length); index++) {
    const [old, found] = [before[index], now[index]];
    if (old?.file === found?.file) continue;
    return (
      `it had ${before.length}, and there are ${now.length}; ` +
      `number ${index + 1} was ${name(old)}, and is ${name(found)}`
    );
  }
  const changed = before.find(({ sha256 }, index) => sha256 !== undefined && sha256 !== now[index]!.sha256);
  if (changed) return `${name(changed)} has other bytes`;
  const moved = before.findIndex(({ side }, index) => side !== now[index]!.side);
  if (moved >= 0)
    return `${name(before[moved])} was for ${before[moved]!.side}, and is for ${now[moved]!.side}`;
  return;
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
