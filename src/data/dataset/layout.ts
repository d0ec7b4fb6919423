// Datasets whose class folders are one level further down: a split into train/, val/ and test/, or one folder too many.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { shellWord } from '../../core/text.js';
import { caseless } from './scanWarnings.js';
import { inFolder } from './walk.js';

interface Folders {
  readonly root: string;
  readonly classes: readonly string[];
  /** The images, relative to `root`. */
  readonly samples: readonly { readonly path: string; readonly label: number }[];
}

const trainNames: readonly string[] = ['train', 'training'];
const splitNames: readonly string[] = [...trainNames, 'val', 'valid', 'validation', 'dev', 'test', 'testing'];

/** One of the parts of a split, if it is one. */
interface Part {
  readonly name: string;
  /** The folder that contains the classes, relative to the dataset: deeper than the part in `train/images/Cat`. */
  readonly folder: string;
  readonly isTrain: boolean;
  /** Without differences of Unicode normalization and case. */
  readonly classes: ReadonlySet<string>;
}

/**
 * The error for a folder whose sub-folders are the parts of a split (train, val, test, ...) with the same classes in
 * each; a part may also lack some classes, or have none. Undefined for other folders.
 */
export function splitLayoutError({ root, classes, samples }: Folders): UserError | undefined {
  const parts = classes.flatMap((name, label) =>
    splitNames.includes(name.toLowerCase())
      ? [
          partOf(
            name,
            samples.flatMap((sample) => (sample.label === label ? [sample.path] : [])),
          ),
        ]
      : [],
  );
  // The part with the most classes has all of them.
  const [most] = parts.toSorted(
    (a, b) => b.classes.size - a.classes.size || Number(b.isTrain) - Number(a.isTrain),
  );
  if (!most || most.classes.size < 2) return undefined;
  const train = parts.find(({ isTrain, classes }) => isTrain && classes.size > 1);
  const withClasses = parts.filter((part) => part !== (train ?? most) && part.classes.size > 0);
  const isSplit = withClasses.length > 0 || (train && parts.length > 1 && parts.length === classes.length);
  const known = ({ classes }: Part) => [...classes].every((name) => most.classes.has(name));
  if (!isSplit || !parts.every(known)) return undefined;
  const path = ({ folder }: Part) => shellWord(inFolder(root, folder));
  const validation = withClasses.find(({ name }) => !/^test/i.test(name)) ?? withClasses[0];
  const val = validation ? ` --val ${path(validation)}` : '';
  return dataError(
    `The folders in '${printable(root)}' are the parts of a split, not classes: ${parts.map(({ name }) => printable(name)).join(', ')}.`,
    train
      ? `Train with --data ${path(train)}${val}; check and evaluate take one part as --data.`
      : `There is no folder for training, such as train/. Commands take one part as --data: --data ${path(most)}.`,
  );
}

/** `paths`: of its images, relative to the dataset. */
function partOf(name: string, paths: readonly string[]): Part {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const first = folders[0] ?? [];
  let depth = 1;
  // Folders that contain all images are above the classes.
  while (depth < first.length - 1 && folders.every((folder) => folder[depth] === first[depth])) depth += 1;
  const classes = folders.flatMap((folder) => (folder[depth] === undefined ? [] : [caseless(folder[depth])]));
  return {
    name,
    folder: [name, ...first.slice(1, depth)].join('/'),
    isTrain: trainNames.includes(name.toLowerCase()),
    classes: new Set(classes),
  };
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
