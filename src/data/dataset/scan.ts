// The images of a dataset's folder, with labels, warnings and errors.

import { stat } from 'node:fs/promises';
import { dataError, printable } from '../../core/errors.js';
import { examples } from '../../core/text.js';
import { imageExtensions, isImageName, isOtherImageName } from '../formats/imageNames.js';
import { listClassFolders } from './classFolders.js';
import { type Ignore, ignoreLeftovers } from './ignore.js';
import { didYouMean, nestedClasses, splitLayoutError } from './layout.js';
import { countsByExtension, scanWarnings } from './scanWarnings.js';
import { inFolder, type OnFound, realFolder, type SkippedEntry, walkFolder } from './walk.js';

export interface ImageFolder {
  /** As the user wrote it. */
  readonly root: string;
  /** The sub-folders' names, by code point. A class's label is its index. */
  readonly classes: readonly string[];
  /** `path` is relative to `root`, with '/' between folders. Sorted by class. */
  readonly samples: readonly { readonly path: string; readonly label: number }[];
  /** Sentences about skipped and unexpected files. */
  readonly warnings: readonly string[];
}

export interface ScanOptions {
  /** Default: 1. */
  readonly minimumClasses?: number;
  /** Default: what systems and programs leave behind. */
  readonly ignore?: Ignore;
  readonly onFound?: OnFound;
}

/**
 * Lists the images of `root`. With `ignoreNothing`, samples, labels and their order are those of `ImageFolder(root)`,
 * except that files that can't be opened (broken links, pipes, devices) are skipped and circular links are not
 * followed.
 *
 * Throws a data error if a folder can't be listed, if a class has no images, or if there are fewer than
 * `minimumClasses` classes.
 */
export async function scanImageFolder(
  root: string,
  { minimumClasses = 1, ignore = ignoreLeftovers(), onFound }: ScanOptions = {},
): Promise<ImageFolder> {
  const { classes, files, outside, skipped } = await listClassFolders(root, { ignore, onFound });
  const imagesInRoot = outside.filter(isImageName);
  const samples = files.filter(({ path }) => isImageName(path));
  const folders = { root, classes, samples, ignore };
  requireClasses(folders, imagesInRoot.length, minimumClasses);
  requireImages(
    folders,
    files.map(({ path }) => path).filter((path) => !isImageName(path)),
  );
  return {
    root,
    classes,
    samples,
    warnings: scanWarnings({ classes, files: files.map(({ path }) => path), imagesInRoot, skipped }),
  };
}

export interface FoundImages {
  readonly files: string[];
  /** Files without the extension of an image. */
  readonly others: readonly string[];
  readonly skipped: SkippedEntry[];
}

/**
 * If `path` is a folder, lists the images in and below it in the scan's order, and what was skipped, each prefixed with
 * `path` as the user wrote it. Otherwise lists `path`, whatever it is.
 */
export async function walkImages(path: string, onFound?: OnFound): Promise<FoundImages> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return { files: [path], others: [], skipped: [] };
  const ignore = ignoreLeftovers();
  const { files, skipped } = await walkFolder(path, [await realFolder(path)], { onFound, ignore });
  return {
    files: files.filter(isImageName).map((name) => inFolder(path, name)),
    others: files.filter((name) => !isImageName(name)),
    skipped: skipped.map((entry) => ({ ...entry, path: inFolder(path, entry.path) })),
  };
}

const exampleTree = 'photos/cats/1.jpg, photos/cats/2.jpg, photos/dogs/1.jpg with --data photos';

type Folders = Pick<ImageFolder, 'root' | 'classes' | 'samples'>;

/**
 * Throws a data error if there are fewer than `minimum` classes, or if the folders are not classes but the parts of a
 * split. `imagesInRoot`: the number of images outside the classes.
 */
export function requireClasses(
  folders: Folders & { readonly ignore: Ignore },
  imagesInRoot: number,
  minimum: number,
): void {
  const { root, classes, samples, ignore } = folders;
  const splitError = !ignore.asTorchvision ? splitLayoutError(folders) : undefined;
  if (splitError) throw splitError;
  if (classes.length >= Math.max(1, minimum)) return;
  const name = `'${printable(root)}'`;
  const hint = `Put the images of each class in a folder named after the class: ${exampleTree}.`;
  if (classes.length === 1) {
    const nested = nestedClasses(root, samples);
    throw dataError(
      `${name} has only one class, '${printable(classes[0]!)}': a classifier needs at least two.`,
      nested === undefined
        ? hint
        : `The class folders seem to be one level further down.${didYouMean(nested)}`,
    );
  }
  const found = imagesInRoot > 0 ? `only images (${imagesInRoot})` : 'none';
  throw dataError(`Expected one folder per class in ${name} but found ${found}.`, hint);
}

/** Throws a data error for classes without images. `others`: the other files, to say what they are. */
export function requireImages({ root, classes, samples }: Folders, others: readonly string[]): void {
  const labels = new Set(samples.map(({ label }) => label));
  const empty = classes.filter((_, label) => !labels.has(label));
  if (empty.length === 0) return;
  const names = `the ${empty.length === 1 ? 'class' : 'classes'} ${examples(empty)}`;
  const found = others.filter((path) => empty.includes(path.slice(0, path.indexOf('/'))));
  const instead = found.length > 0 ? ` Found only: ${countsByExtension(found)}.` : '';
  const images = found.some(isOtherImageName);
  throw dataError(
    `'${printable(root)}' has no images for ${names}.${instead}`,
    `${images ? 'Rename (.jfif and .jpe to .jpg) or convert them; these extensions are used' : 'Add images'} ` +
      `(${imageExtensions.join(' ')})${images ? '.' : ' or remove the folder.'}`,
  );
}
