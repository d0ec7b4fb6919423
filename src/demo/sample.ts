// The sample on disk: FOLDER/Cat/0001.jpg, FOLDER/Dog/0001.jpg ... and sample.json, complete or absent.

import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { dataError, printable, reasonOf, UserError, usageError } from '../core/errors.js';
import { makeFolder } from '../io/makeFolder.js';
import { withWorkFolder } from '../io/workFolder.js';
import { MersenneTwister } from '../random/generator.js';
import { kinds, renderFace } from './render.js';

/** Increase it when the images change, so that samples of an older version are replaced. */
const version = 2;

export interface SampleOptions {
  /** Images of each class, 1 to 9999. */
  readonly perClass: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Draws images into `folder`, unless it has a complete sample with the same options; one with other options is
 * replaced. A larger sample with the same seed starts with the smaller one's images.
 *
 * @throws UserError if `folder` has other files or is not writable. It is then unchanged, as it is after an abort.
 */
export async function drawSample(folder: string, options: SampleOptions): Promise<void> {
  const { perClass, seed, onProgress, signal } = options;
  if (!Number.isInteger(perClass) || perClass < 1 || perClass > 9999) {
    throw usageError(`Expected 1 to 9999 images per class but received ${perClass}`);
  }
  const [target, seeds] = [resolve(folder), new MersenneTwister(seed)];
  const label = `${JSON.stringify({ schema: 1, perClass, seed, version })}\n`;
  const images = Array.from({ length: 2 * perClass }, (_, i) => {
    const kind = kinds[i % 2]!;
    return { kind, seed: seeds.uint32(), name: join(kind, `${String((i >> 1) + 1).padStart(4, '0')}.jpg`) };
  });
  try {
    if (await isComplete(target, label, images)) return;
    await withWorkFolder(target, { signal, onWait: () => {} }, async (work) => {
      const draft = join(work, 'sample');
      for (const kind of kinds) await makeFolder(join(draft, kind));
      for (let done = 0; done < images.length; signal?.throwIfAborted()) {
        const batch = images.slice(done, done + 8).map(async ({ kind, seed, name }) => {
          await writeFile(join(draft, name), await renderFace(kind, seed));
          done += 1;
          onProgress?.(done, images.length);
        });
        // Await all of them: a write must not continue while the folder is being removed.
        await Promise.allSettled(batch);
        await Promise.all(batch);
      }
      await writeFile(join(draft, 'sample.json'), label);
      await rm(target, { recursive: true, force: true });
      await rename(draft, target);
    });
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    const message = `Cannot write the sample to ${printable(folder)}: ${printable(reasonOf(cause))}`;
    throw new UserError(message, { hint: 'Free some space, or name another folder.', cause });
  }
}

/** Whether `folder` has these images with this label. Throws a UserError if it has files that are not a sample's. */
async function isComplete(folder: string, label: string, images: { name: string }[]): Promise<boolean> {
  const files: string[] = await readdir(folder, { recursive: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const present = files.includes('sample.json') && (await readFile(join(folder, 'sample.json'), 'utf8'));
  if (present === label && images.every(({ name }) => files.includes(name))) return true;
  const own = present ? /^(sample\.json|(Cat|Dog)(.\d{4}\.jpg)?)$/ : /^$/;
  const litter = ['.DS_Store', 'Thumbs.db', 'desktop.ini']; // file managers create them
  const foreign = files.find((file) => !own.test(file) && !litter.includes(basename(file)));
  if (foreign === undefined) return false;
  const message = `Expected ${printable(folder)} to be new, empty or a sample but found ${printable(foreign)} in it`;
  throw dataError(message, 'Name another folder, or move that file away.');
}
