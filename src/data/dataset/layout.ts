// Datasets whose class folders are one level further down: a split into train/, val/ and test/, or one folder too many.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { shellWord } from '../../core/text.js';
import { inFolder } from './walk.js';

interface Folders {
  readonly root: string;
  readonly classes: readonly string[];
  /** The images, relative to `root`. */
  readonly samples: readonly { readonly path: string; readonly label: number }[];
}

const trainNames: readonly string[] = ['train', 'training'];
const splitNames: readonly string[] = [...trainNames, 'val', 'valid', 'validation', 'dev', 'test', 'testing'];

/**
 * The error for a folder whose sub-folders are the parts of a split (train, val, test, ...) with the same classes in
 * each; a part may also be without classes. Undefined for other folders.
 */
export function splitLayoutError({ root, classes, samples }: Folders): UserError | undefined {
  const parts = classes.flatMap((name, label) => {
    if (!splitNames.includes(name.toLowerCase())) return [];
    const own = samples.filter((sample) => sample.label === label);
    const subfolders = new Set(own.flatMap(({ path }) => path.split('/').slice(1, -1).slice(0, 1)));
    return [
      { name, isTrain: trainNames.includes(name.toLowerCase()), key: [...subfolders].sort().join('/') },
    ];
  });
  const train = parts.find(({ isTrain, key }) => isTrain && key.includes('/'));
  if (!train) return undefined;
  const withClasses = parts.filter((part) => part !== train && part.key === train.key);
  const isSplit = withClasses.length > 0 || (parts.length > 1 && parts.length === classes.length);
  if (!isSplit || parts.some(({ key }) => key !== '' && key !== train.key)) return undefined;
  const path = (name: string) => shellWord(inFolder(root, name));
  const validation = withClasses.find(({ name }) => !/^test/i.test(name)) ?? withClasses[0];
  const val = validation ? ` --val ${path(validation.name)}` : '';
  return dataError(
    `The folders in '${printable(root)}' are the parts of a split, not classes: ${parts.map(({ name }) => printable(name)).join(', ')}.`,
    `Train with --data ${path(train.name)}${val}; check and evaluate take one part as --data.`,
  );
}

/** The folder below `root` that directly contains the folders of two or more classes, if all images are in it. */
export function nestedClasses(root: string, samples: Folders['samples']): string | undefined {
  const folders = samples.map(({ path }) => path.split('/').slice(0, -1));
  const first = folders[0] ?? [];
  const depth = first.findIndex((name, at) => folders.some((folder) => folder[at] !== name));
  if (depth < 1 || folders.some((folder) => folder.length <= depth)) return undefined;
  return inFolder(root, first.slice(0, depth).join('/'));
}

/** The end of a hint. */
export const didYouMean = (folder: string | undefined): string =>
  folder === undefined ? '' : ` Did you mean --data ${shellWord(folder)}?`;
