// Where an export goes: checks of the output path, and the files that appear there, all or none.

import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { printable, usageError } from '../core/errors.js';
import { writeAtomically } from '../io/atomic.js';
import { writeFolderAtomically } from '../io/atomicFolder.js';
import { checkOutputFile, checkWritable, writing } from '../io/outputFile.js';
import { descriptionFile } from './description.js';

/** `m.onnx.alexft.json` beside the file `m.onnx`. */
export const descriptionBeside = (file: string): string => `${file}.${descriptionFile}`;

/** The files of an export in a folder. */
const ofAnExport =
  /^(alexft\.json|model\.json|saved_model\.pb|group1-.*\.bin|index\.html|page\.(js|css)|NOTICE\.txt|tfjs-.*\.wasm)$/;

/** Throws a usage error (exit 2) if something at `out` would be lost, and a UserError if it can't be written. */
export async function checkOut(out: string, folder: boolean, force: boolean): Promise<void> {
  if (!folder) {
    await checkOutputFile(out, force);
    await checkOutputFile(descriptionBeside(out), force);
    return;
  }
  const found = await stat(out).catch(() => undefined);
  if (found && !found.isDirectory()) {
    throw usageError(`Expected a folder but '${printable(out)}' is not one.`, 'Name another folder.');
  }
  const names = found ? await writing(out, () => readdir(out)) : [];
  // Without its description, the folder can be another page or model.
  const others = names.includes(descriptionFile) ? names.filter((name) => !ofAnExport.test(name)) : names;
  if (names.length > 0 && (others.length > 0 || !force)) {
    throw usageError(
      `The folder '${printable(out)}' is not empty: it contains ${printable(basename(others[0] ?? names[0]!))}.`,
      `Name another folder${others.length > 0 ? '' : ', or replace the export in it with --force'}.`,
    );
  }
  await checkWritable(out);
}

/**
 * Places an export at `out`. `write` writes it to a temporary path and returns the text of its description. Either all
 * files are placed or, if `write` or a write fails, none. Returns the files.
 */
export async function place(
  out: string,
  folder: boolean,
  write: (temporary: string) => Promise<string>,
): Promise<string[]> {
  await writing(out, async () => {
    if (folder) {
      await writeFolderAtomically(out, async (temporary) => {
        const description = await write(temporary);
        await writeFile(join(temporary, descriptionFile), description);
      });
      return;
    }
    await writeAtomically(out, async (temporary) => {
      const description = await write(temporary);
      // Complete before the model is: a model never appears without its description.
      await writeAtomically(descriptionBeside(out), (file) => writeFile(file, description));
    });
  });
  if (!folder) return [out, descriptionBeside(out)];
  return (await readdir(out)).sort().map((name) => join(out, name));
}
