// The folder of corrected images, one sub-folder per class, which `alexft train` takes.

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { recognizeFormat } from '../data/formats/imageFormat.js';
import { extensionsOf, isImageName } from '../data/formats/imageNames.js';
import { makeFolder } from '../io/makeFolder.js';
import { checkWritable, writeOutputFile, writing } from '../io/outputFile.js';

/** Creates the folder. Throws a UserError if that is not possible. */
export async function openCollection(folder: string): Promise<void> {
  await writing(folder, () => makeFolder(folder));
  await checkWritable(join(folder, 'class'));
}

/** Throws a data error for a class that can't be the name of a visible folder. */
export function requireFolderNames(classes: readonly string[]): void {
  const invalid = classes.find((name) => !/^[^./\\\0][^/\\\0]*$/.test(name) || Buffer.byteLength(name) > 255);
  if (invalid === undefined) return;
  throw dataError(
    `The class '${printable(invalid.slice(0, 100))}' can't be the name of a folder.`,
    'Start without --collect.',
  );
}

/**
 * Writes a readable image under the SHA-256 of its bytes, and removes it from the other classes: the last correction
 * counts. Returns its path in the folder; undefined for formats that a training does not read.
 */
export async function collect(
  folder: string,
  bytes: Uint8Array,
  name: string,
  classes: readonly string[],
): Promise<string | undefined> {
  const [extension] = extensionsOf[recognizeFormat(bytes)];
  if (!isImageName(extension)) return undefined;
  const file = `${createHash('sha256').update(bytes).digest('hex')}${extension}`;
  await writing(folder, () => makeFolder(join(folder, name)));
  await writeOutputFile(join(folder, name, file), bytes);
  for (const other of classes) if (other !== name) await rm(join(folder, other, file), { force: true });
  return `${name}/${file}`;
}
