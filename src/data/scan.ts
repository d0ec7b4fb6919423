// A folder with one sub-folder of images a class, listed as torchvision's ImageFolder lists it.
// Source: find_classes and make_dataset in torchvision/datasets/folder.py.

import { stat } from 'node:fs/promises';
import { dataError, printable } from '../core/errors.js';
import { examples } from '../core/text.js';
import { imageExtensions, isImageName } from './formats/imageNames.js';
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
 * Lists the images of `root`: samples, labels and their order are those of `ImageFolder(root)`, but that only what
 * can be opened by name is listed (no broken links, pipes, devices), and that links in a ring end.
 *
 * Throws a data error where `root` is no such folder, where a folder in it can't be read, where a class has no
 * image, or where there are less than `minimumClasses` classes.
 */
export async function scanImageFolder(
  root: string,
  { minimumClasses = 1, onFound }: { minimumClasses?: number; onFound?: OnFound } = {},
): Promise<ImageFolder> {
  const realRoot = await realPlace(root);
  const top = await listFolder(root, realRoot);
  const classes = top.folders.map(({ name }) => name);
  const imagesInRoot = top.files.filter(isImageName);
  if (classes.length < Math.max(1, minimumClasses)) throw tooFewClasses(root, classes, imagesInRoot.length);

  const stop = new AbortController();
  const walks = await Promise.all(
    top.folders.map(({ name, realPath }) =>
      walkFolder(inFolder(root, name), [realRoot, realPath], { onFound, stop }),
    ),
  );
  const images = walks.map(({ files }) => files.filter(isImageName));
  const empty = classes.filter((_, label) => images[label]!.length === 0);
  if (empty.length > 0) throw classesWithoutImages(root, empty);

  const inClass = (label: number, path: string) => `${classes[label]}/${path}`;
  return {
    root,
    classes,
    samples: images.flatMap((paths, label) => paths.map((path) => ({ path: inClass(label, path), label }))),
    warnings: scanWarnings({
      classes,
      files: walks.map(({ files }) => files),
      imagesInRoot,
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
 * The images that `path` means: those in a folder and below it, by the scan's rules and in its order, each with
 * `path` before it as it was given; else `path` itself, be it what it may.
 */
export async function walkImages(path: string, onFound?: OnFound): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const { files } = await walkFolder(path, [await realPlace(path)], { onFound });
  return files.filter(isImageName).map((name) => inFolder(path, name));
}

const exampleTree = 'photos/cats/1.jpg, photos/cats/2.jpg, photos/dogs/1.jpg with --data photos';

function tooFewClasses(root: string, classes: readonly string[], imagesInRoot: number) {
  const name = `'${printable(root)}'`;
  const hint = `Each class is a folder of its own, named as the class: ${exampleTree}.`;
  if (classes.length === 1) {
    return dataError(
      `${name} has only one class, '${printable(classes[0]!)}': a classifier needs at least two.`,
      `${hint} If the classes lie inside that folder, name it.`,
    );
  }
  const found = imagesInRoot > 0 ? `, only images (${imagesInRoot})` : '';
  return dataError(`${name} has no folders in it${found}; one for each class was expected.`, hint);
}

function classesWithoutImages(root: string, names: readonly string[]) {
  return dataError(
    `In '${printable(root)}' there is no image for the ${names.length === 1 ? 'class' : 'classes'} ${examples(names)}.`,
    `Add images (${imageExtensions.join(' ')}) or take the folder away.`,
  );
}
