// The image file that a page is written to; its extension determines the format.

import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { printable, usageError } from '../core/errors.js';
import { checkOutputFile, writeOutputFile } from '../io/outputFile.js';
import { type Page, pageExtensions } from './page.js';

const extensionOf = (path: string): string => extname(path).toLowerCase();

/** Whether a file name has the extension of a format that pages are written in. */
export const isDrawnFile = (path: string): boolean => pageExtensions.includes(extensionOf(path));

/** Throws a usage error if `path` can't be written as an image, or if it is one of the `inputs`, even with `force`. */
export async function checkDrawnFile(path: string, force: boolean, inputs: readonly string[]): Promise<void> {
  if (!isDrawnFile(path)) {
    throw usageError(
      `Expected an image file name that ends in ${pageExtensions.join(', ')} but received '${printable(path)}'.`,
      'The extension determines the format.',
    );
  }
  const found = await stat(path).catch(() => undefined);
  for (const input of found ? inputs : []) {
    const read = await stat(input).catch(() => undefined);
    if (read && read.ino === found!.ino && read.dev === found!.dev) {
      throw usageError(
        `The output file '${printable(path)}' is also an input image.`,
        'Name another output file.',
      );
    }
  }
  await checkOutputFile(path, force);
}

/** Encodes and writes a page atomically. */
export async function writeDrawnFile(path: string, page: Page): Promise<void> {
  await writeOutputFile(path, await page.encode(extensionOf(path)));
}
