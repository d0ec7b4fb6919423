// The sample on disk: FOLDER/Cat/0001.jpg, FOLDER/Dog/0001.jpg ... and sample.json, whole or not at all.

import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { printable, reasonOf, UserError, usageError } from '../core/errors.js';
import { makeFolder } from '../io/makeFolder.js';
import { MersenneTwister } from '../random/generator.js';
import { kinds } from './face.js';
import { renderFace } from './render.js';
import { draftPrefix, holdsSample, imageName, labelName, removeLeftovers } from './sampleFolder.js';

/** Goes up when the drawings change, so that an older sample is drawn anew. */
const drawingVersion = 1;

export interface SampleOptions {
  /** Images of each class, 1 to 9999. */
  readonly perClass: number;
  readonly seed: number;
  /** Called after each image. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws `perClass` images of each class into `folder`. They are drawn in a folder beside it that takes its
 * name when complete; a complete sample with the same options is kept as it is, and one with others is
 * replaced. A larger sample with the same seed begins with the smaller one's images.
 *
 * @throws UserError when `perClass` is out of range, when `folder` holds anything that is not a sample's, or
 * when it can't be written; the signal's reason when it is aborted. What was there then stays, and no draft
 * is left.
 */
export async function drawSample(folder: string, options: SampleOptions): Promise<void> {
  const { perClass, seed, signal } = options;
  if (!Number.isInteger(perClass) || perClass < 1 || perClass > 9999) {
    throw usageError(`Expected 1 to 9999 images per class but received ${perClass}`);
  }
  signal?.throwIfAborted();
  const target = resolve(folder);
  const label = `${JSON.stringify({ schema: 1, perClass, seed, version: drawingVersion })}\n`;
  try {
    if (await holdsSample(target, label, perClass)) return;
    await makeFolder(dirname(target));
    await removeLeftovers(target);
    const draft = draftPrefix(target) + randomUUID().slice(0, 8);
    try {
      await drawImages(draft, options);
      await writeFile(join(draft, labelName), label);
      await rm(target, { recursive: true, force: true });
      await rename(draft, target);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UserError(
      `The sample can't be written to ${printable(folder)}: ${printable(reasonOf(error))}`,
      {
        hint: 'Free some space, or name another folder that you may write to.',
        cause: error,
      },
    );
  }
}

/** Several images at once: sharp draws off the main thread, which adds the noise meanwhile. */
async function drawImages(
  folder: string,
  { perClass, seed, onProgress, signal }: SampleOptions,
): Promise<void> {
  const seeds = new MersenneTwister(seed);
  const jobs = Array.from({ length: perClass }, (_, index) =>
    kinds.map((kind) => ({ kind, seed: seeds.uint32(), file: join(folder, kind, imageName(index)) })),
  ).flat();
  for (const kind of kinds) await makeFolder(join(folder, kind));
  const queue = jobs.values();
  let done = 0;
  let failed = false;
  const lane = async () => {
    try {
      for (const job of queue) {
        signal?.throwIfAborted();
        if (failed) return;
        await writeFile(job.file, await renderFace(job.kind, job.seed));
        done += 1;
        onProgress?.(done, jobs.length);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  // Every lane ends before the caller hears of a failure: nothing may write into a folder that is being
  // removed.
  const lanes = await Promise.allSettled(Array.from({ length: availableParallelism() + 2 }, lane));
  const failure = lanes.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  signal?.throwIfAborted();
}
