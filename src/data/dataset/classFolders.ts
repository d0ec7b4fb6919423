// Lists every file of a dataset's folder: one sub-folder per class, as torchvision's ImageFolder has it.
// Source: find_classes and make_dataset in torchvision/datasets/folder.py.

import { isImageName } from '../formats/imageNames.js';
import { type Ignore, ignoreBelow, runFolder } from './ignore.js';
import { inFolder, listFolder, realFolder, type SkippedEntry, type WalkOptions, walkFolder } from './walk.js';

/** All paths are relative to the dataset's folder, with '/' between folders. */
export interface ClassFolders {
  /** By code point. A class's label is its index. */
  readonly classes: readonly string[];
  /** The files in class folders, sorted by class. */
  readonly files: readonly { readonly path: string; readonly label: number }[];
  /** The files outside the class folders. */
  readonly outside: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

interface ListOptions extends Pick<WalkOptions, 'onFound' | 'skipUnreadable'> {
  readonly ignore: Ignore;
}

/**
 * Each sub-folder is a class, except one without images that has a run in it, such as `models`. Unless `asTorchvision`,
 * names that are equal after Unicode normalization are one class, named as the first: macOS and Linux spell 'Café'
 * differently. Throws a data error if `root` can't be listed, and unless `skipUnreadable`, if any folder below it
 * can't.
 */
export async function listClassFolders(
  root: string,
  { ignore, onFound, skipUnreadable = false }: ListOptions,
): Promise<ClassFolders> {
  const realRoot = await realFolder(root);
  const top = await listFolder(root, realRoot, { ignore });
  const stop = new AbortController();
  const folders = await Promise.all(
    top.folders.map(async ({ name, realPath }) => {
      const options = { onFound, stop, skipUnreadable, ignore: ignoreBelow(name, ignore) };
      const { files, skipped } = await walkFolder(inFolder(root, name), [realRoot, realPath], options);
      const inClass = (path: string) => (path === '' ? name : `${name}/${path}`);
      return {
        name,
        files: files.map(inClass),
        skipped: skipped.map((entry) => ({ ...entry, path: inClass(entry.path) })),
      };
    }),
  );
  const isClass = ({ files, skipped }: (typeof folders)[number]) =>
    files.some(isImageName) || !skipped.some(({ reason }) => reason === runFolder);
  const others = folders.filter((folder) => !isClass(folder));
  const classes = new Map<string, (typeof folders)[number][]>();
  for (const folder of folders.filter(isClass)) {
    const key = ignore.asTorchvision ? folder.name : folder.name.normalize();
    classes.set(key, [...(classes.get(key) ?? []), folder]);
  }
  return {
    classes: [...classes.values()].map(([first]) => first!.name),
    files: [...classes.values()].flatMap((spellings, label) =>
      spellings.flatMap(({ files }) => files.map((path) => ({ path, label }))),
    ),
    outside: [...top.files, ...others.flatMap(({ files }) => files)],
    skipped: [...top.skipped, ...folders.flatMap(({ skipped }) => skipped)],
  };
}
