// The file of a drawn image, as the user names it: its ending says its format.

import { stat, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { dataError, printable, usageError } from '../core/errors.js';
import { decodeImage, UnreadableImage } from '../data/decode.js';
import { createResizer } from '../data/transforms/resize.js';
import { type Page, type Pixels, pageEndings } from '../drawing/page.js';
import { writeAtomically } from '../io/atomic.js';
import { checkOutputFile, writing } from './outputFile.js';

const endingOf = (path: string): string => extname(path).toLowerCase();

/** Whether a word can only mean an image that is to be written. */
export const isDrawnFile = (word: string): boolean => pageEndings.includes(endingOf(word));

/** Throws where `path` can't become an image, before it is drawn. Images that are read (`inputs`) are never replaced. */
export async function checkDrawnFile(path: string, force: boolean, inputs: readonly string[]): Promise<void> {
  if (!isDrawnFile(path)) {
    throw usageError(
      `'${printable(path)}' does not end in an image format's name.`,
      `The end of its name says what is written: ${pageEndings.join(', ')}.`,
    );
  }
  const found = await stat(path).catch(() => undefined);
  for (const input of found ? inputs : []) {
    const read = await stat(input).catch(() => undefined);
    if (read && read.ino === found!.ino && read.dev === found!.dev) {
      throw usageError(
        `'${printable(path)}' is to be read and to be written.`,
        'Name another file to write.',
      );
    }
  }
  await checkOutputFile(path, force);
}

/** Writes a page, whole or not at all. */
export async function writeDrawnFile(path: string, page: Page): Promise<void> {
  const bytes = await page.encode(endingOf(path));
  await writing(path, () => writeAtomically(path, (temporary) => writeFile(temporary, bytes)));
}

const resize = createResizer();

/** A photo as the network's loader decodes it, as large as fits in a square of `side` pixels. Throws a data error. */
export async function fittedPhoto(source: string | Uint8Array, name: string, side: number): Promise<Pixels> {
  const { data, width, height } = await decodeImage(source).catch((error: unknown) => {
    if (!(error instanceof UnreadableImage)) throw error;
    throw dataError(`The image '${printable(name)}' can't be read: ${error.message}.`);
  });
  const scale = side / Math.max(width, height);
  const [across, down] = [width, height].map((size) => Math.max(1, Math.round(size * scale))) as [
    number,
    number,
  ];
  return { width: across, height: down, rgb: resize(data, width, height, across, down) };
}
