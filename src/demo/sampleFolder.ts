// The folder of a drawn sample: what is in it, whether it is complete, whether it may be replaced.

import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dataError, printable } from '../core/errors.js';
import { kinds } from './face.js';

/** `0001.jpg` for 0. */
export const imageName = (index: number): string => `${String(index + 1).padStart(4, '0')}.jpg`;

export const labelName = 'sample.json';

/** What desktops leave in folders by themselves; it is nobody's work. */
const litter = /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/;

/** Paths of the files in `folder`, with `/` between their parts; none when it does not exist. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/'),
  );
}

/**
 * True when `folder` holds the sample that `label` describes, whole. Images that someone added do not
 * matter.
 *
 * @throws UserError when it does not, and holds files that are not a sample's: it must not be replaced.
 */
export async function holdsSample(folder: string, label: string, perClass: number): Promise<boolean> {
  const files = new Set(await filesIn(folder));
  const wanted = kinds.flatMap((kind) =>
    Array.from({ length: perClass }, (_, i) => `${kind}/${imageName(i)}`),
  );
  const present = files.has(labelName) ? await readFile(join(folder, labelName), 'utf8') : '';
  if (present === label && wanted.every((file) => files.has(file))) return true;
  const drawn = files.has(labelName) ? /^(sample\.json|(Cat|Dog)\/\d{4}\.jpg)$/ : /^$/;
  const stranger = [...files].find((file) => !drawn.test(file) && !litter.test(basename(file)));
  if (stranger === undefined) return false;
  throw dataError(
    `Expected ${printable(folder)} to be new, empty or a drawn sample, but it holds ${printable(stranger)}`,
    'Name another folder, or move that file away.',
  );
}

/** The beginning of the names of the folders in which `folder` is being drawn. */
export const draftPrefix = (folder: string): string => join(dirname(folder), `.${basename(folder)}.drawing-`);

/** Removes the drafts that runs killed more than an hour ago left beside `folder`. */
export async function removeLeftovers(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(basename(draftPrefix(folder)))) continue;
    const draft = join(parent, name);
    const touched = await stat(draft).catch(() => undefined);
    if (touched && Date.now() - touched.mtimeMs > 3_600_000)
      await rm(draft, { recursive: true, force: true });
  }
}
