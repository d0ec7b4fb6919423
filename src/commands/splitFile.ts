// split.json of a run: which pictures it began with, each on its side.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../errors.js';
import { isObject } from '../jsonData.js';
import { runFiles } from '../training/runFolder.js';
import type { TrainingSet } from './trainingSet.js';

export interface RecordedFile {
  readonly file: string;
  readonly class: string;
  readonly side: string;
}

/** The pictures have to be those that the run began with. Throws a data error that names the first difference. */
export async function requireSameSet(folder: string, set: TrainingSet): Promise<void> {
  const files = await readSplit(folder);
  if (!files) {
    throw dataError(
      `'${printable(join(folder, runFiles.split))}' can't be read: which pictures the run began with is not known.`,
      'Start another run.',
    );
  }
  const now = (set.record as { files: readonly RecordedFile[] }).files;
  const differs = ({ file, side }: RecordedFile, index: number) =>
    file !== now[index]?.file || side !== now[index]?.side;
  const index = files.findIndex(differs);
  if (index < 0 && files.length === now.length) return;
  const at = index < 0 ? files.length : index;
  const shown = (entry: RecordedFile | undefined) => (entry ? `'${printable(entry.file)}'` : 'none');
  throw dataError(
    `The pictures are not those that the run began with: it had ${files.length}, and there are ${now.length}; ` +
      `number ${at + 1} was ${shown(files[at])}, and is ${shown(now[at])}.`,
    'Bring the folder back to what it was, or start another run.',
  );
}

/** The pictures in the run's split.json; undefined where it can't be read, or says something else. */
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
  isObject(entry) && [entry.file, entry.class, entry.side].every((word) => typeof word === 'string');
