// A folder with one sub-folder of pictures a class, listed as torchvision's ImageFolder lists it.
// Source: find_classes and make_dataset in torchvision/datasets/folder.py.

import { stat } from 'node:fs/promises';
import { dataError, printable } from '../errors.js';
import { examples } from './examples.js';
import { isPictureName, pictureExtensions } from './pictureNames.js';
import { scanWarnings } from './scanWarnings.js';
import { inFolder, listFolder, type OnFound, realPlace, walkFolder } from './walk.js';

export interface ImageFolder {
  /** As it was given. */
  readonly root: string;
  /** The sub-folders' names, by code point; a class's label is its place in this list. */
  readonly classes: readonly string[];
  /** `path` is from `root` on, with '/' between folders. Class by class. */
  readonly samples: readonly { readonly path: string; readonly label: number }[];
  /** What was left out, and what counts although it may not be meant to. */
  readonly warnings: readonly string[];
}

/**
 * Lists the pictures of `root`: samples, labels and their order are those of `ImageFolder(root)`, but that only what
 * can be opened by name is listed (no broken links, pipes, devices), and that links in a ring end.
 *
 * Throws a data error where `root` is no such folder, where a folder in it can't be read, where a class has no
 * picture, or where there are less than `minimumClasses` classes.
 */
export async function scanImageFolder(
  root: string,
  { minimumClasses = 1, onFound }: { minimumClasses?: number; onFound?: OnFound } = {},
): Promise<ImageFolder> {
  const realRoot = await realPlace(root);
  const top = await listFolder(root, realRoot);
  const classes = top.folders.map(({ name }) => name);
  const picturesInRoot = top.files.filter(isPictureName);
  if (classes.length < Math.max(1, minimumClasses)) throw tooFewClasses(root, classes, picturesInRoot.length);

  const stop = new AbortController();
  const walks = await Promise.all(
    top.folders.map(({ name, realPath }) =>
      walkFolder(inFolder(root, name), [realRoot, realPath], { onFound, stop }),
    ),
  );
  const pictures = walks.map(({ files }) => files.filter(isPictureName));
  const empty = classes.filter((_, label) => pictures[label]!.length === 0);
  if (empty.length > 0) throw classesWithoutPictures(root, empty);

  const inClass = (label: number, path: string) => `${classes[label]}/${path}`;
  return {
    root,
    classes,
    samples: pictures.flatMap((paths, label) => paths.map((path) => ({ path: inClass(label, path), label }))),
    warnings: scanWarnings({
      classes,
      files: walks.map(({ files }) => files),
      picturesInRoot,
      leftOut: [
        ...top.leftOut,
        ...walks.flatMap(({ leftOut }, label) =>
          leftOut.map((left) => ({ ...left, path: inClass(label, left.path) })),
        ),
      ],
    }),
  };
}

/**
 * The pictures that `path` means: those in a folder and below it, by the scan's rules and in its order, each with
 * `path` before it as it was given; else `path` itself, be it what it may.
 */
export async function walkPictures(path: string, onFound?: OnFound): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const { files } = await walkFolder(path, [await realPlace(path)], { onFound });
  return files.filter(isPictureName).map((name) => inFolder(path, name));
}

const exampleTree = 'photos/cats/1.jpg, photos/cats/2.jpg, photos/dogs/1.jpg with --data photos';

function tooFewClasses(root: string, classes: readonly string[], picturesInRoot: number) {
  const name = `'${printable(root)}'`;
  const hint = `Each class is a folder of its own, named as the class: ${exampleTree}.`;
  if (classes.length === 1) {
    return dataError(
      `${name} has only one class, '${printable(classes[0]!)}': a classifier needs at least two.`,
      `${hint} If the classes lie inside that folder, name it.`,
    );
  }
  const found = picturesInRoot > 0 ? `, only pictures (${picturesInRoot})` : '';
  return dataError(`${name} has no folders in it${found}; one for each class was expected.`, hint);
}

function classesWithoutPictures(root: string, names: readonly string[]) {
  return dataError(
    `In '${printable(root)}' there is no picture for the ${names.length === 1 ? 'class' : 'classes'} ${examples(names)}.`,
    `Add pictures (${pictureExtensions.join(' ')}) or take the folder away.`,
  );
}
