// The sample on disk: FOLDER/Cat/0001.jpg..., FOLDER/Dog/0001.jpg... and sample.json, all there or not at all.

import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { MersenneTwister } from '../../random.js';
import { dataError, printable, reasonOf, UserError, usageError } from '../../errors.js';
import { type Kind, kinds } from './face.js';
import { renderFace } from './render.js';

/** Goes up when the drawings change, so that an older sample is drawn anew. */
const drawingVersion = 1;

export interface SampleOptions {
  /** Pictures of each class, 1 to 9999. */
  readonly perClass: number;
  readonly seed: number;
  /** Called after each picture. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const fileName = (index: number): string => `${String(index + 1).padStart(4, '0')}.jpg`;

/**
 * Draws `perClass` pictures of each class into `folder`. They are drawn in a folder beside it that takes its name
 * when complete; a complete sample with the same options is kept as it is, and one with others is replaced.
 *
 * A larger sample with the same seed begins with the smaller one's pictures.
 *
 * @throws UserError when `perClass` is out of range, when `folder` holds anything that is not a sample's, or when it
 * can't be written; the signal's reason when it is aborted, and then nothing is left behind.
 */
export async function drawSample(folder: string, options: SampleOptions): Promise<void> {
  const { perClass, seed, signal } = options;
  if (!Number.isInteger(perClass) || perClass < 1 || perClass > 9999) {
    throw usageError(`Expected 1 to 9999 pictures per class but received ${perClass}`);
  }
  signal?.throwIfAborted();
  const target = resolve(folder);
  const label = `${JSON.stringify({ schema: 1, perClass, seed, version: drawingVersion })}\n`;
  const present = await contents(target);
  if (await isComplete(target, present, label, perClass)) return;
  refuseStrangers(folder, present);
  try {
    await mkdir(dirname(target), { recursive: true });
    await removeLeftovers(target);
    const draft = await mkdtemp(draftPrefix(target));
    try {
      await drawPictures(draft, options);
      await writeFile(join(draft, 'sample.json'), label);
      signal?.throwIfAborted();
      await rm(target, { recursive: true, force: true });
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UserError(`The sample can't be written to ${printable(folder)}: ${reasonOf(error)}`, {
      hint: 'Free some space, or name another folder that you may write to.',
      cause: error,
    });
  }
}
