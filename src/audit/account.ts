// Every file of a data set's folder, and what the training takes it for by its name and place.

import { compareCodePoints } from '../core/codePoints.js';
import { reasonOf } from '../core/errors.js';
import { isImageName } from '../data/formats/imageNames.js';
import { inFolder, type LeftOut, listFolder, type OnFound, realPlace } from '../data/walk.js';

/**
 * Why a file is left out before it is opened: `other` by its ending, `hidden` (a dot file, or what a system leaves),
 * `outside` an image in no class, `folder` a folder that can't be read; and those of a walk.
 */
export type LeftOutKind = 'other' | 'hidden' | 'outside' | 'folder' | LeftOut['kind'];

export interface Account {
  /** The sub-folders' names, by code point. */
  readonly classes: readonly string[];
  /** What the training would open, in the scan's order: paths from the root on, and the class by its place. */
  readonly images: readonly { readonly path: string; readonly label: number }[];
  /** All others. */
  readonly leftOut: readonly { readonly path: string; readonly kind: LeftOutKind; readonly reason: string }[];
}

/** What Windows and macOS leave in a folder; names of dot files need no list. */
const systemFiles = ['thumbs.db', 'ehthumbs.db', 'desktop.ini'];

/** Hidden itself, or in a hidden folder. */
export const isHidden = (path: string): boolean =>
  /(^|\/)\./.test(path) || systemFiles.includes(path.slice(path.lastIndexOf('/') + 1).toLowerCase());

/**
 * Lists all that is below `root`. Every file is once in `images` or in `leftOut`, but one that can be reached by
 * links too is there once for each way. Throws a data error where `root` itself is no folder that can be read.
 */
export async function accountFor(root: string, onFound?: OnFound): Promise<Account> {
  const realRoot = await realPlace(root);
  const top = await listFolder(root, realRoot);
  const classes = top.folders.map(({ name }) => name);
  const leftOut = [
    ...top.leftOut,
    ...top.files.map((path) => inNoClass(path)),
  ] as Account['leftOut'][number][];
  const found: { folder: string; label: number; files: readonly string[] }[] = [];

  const visit = async (folder: string, label: number, chain: readonly string[]): Promise<void> => {
    try {
      const {
        files,
        folders,
        leftOut: passed,
      } = await listFolder(inFolder(root, folder), chain.at(-1)!, onFound);
      const from = (name: string) => `${folder}/${name}`;
      found.push({ folder, label, files: files.map(from) });
      for (const left of passed) leftOut.push({ ...left, path: from(left.path) });
      const below = folders.map(async ({ name, realPath }) => {
        if (!chain.includes(realPath)) return visit(from(name), label, [...chain, realPath]);
        leftOut.push({ path: from(name), kind: 'link', reason: 'a link back to a folder that it lies in' });
      });
      await Promise.all(below);
    } catch (error) {
      leftOut.push({ path: folder, kind: 'folder', reason: reasonOf(error) });
    }
  };
  await Promise.all(top.folders.map(({ name, realPath }, label) => visit(name, label, [realRoot, realPath])));

  found.sort((a, b) => a.label - b.label || compareCodePoints(a.folder, b.folder));
  const files = found.flatMap(({ files, label }) => files.map((path) => ({ path, label })));
  leftOut.push(...files.filter(({ path }) => !isImageName(path)).map(({ path }) => byEnding(path)));
  return {
    classes,
    images: files.filter(({ path }) => isImageName(path)),
    leftOut: leftOut.sort((a, b) => compareCodePoints(a.path, b.path)),
  };
}

const byEnding = (path: string) =>
  isHidden(path)
    ? ({ path, kind: 'hidden', reason: 'a hidden file, or one that a system leaves' } as const)
    : ({ path, kind: 'other', reason: 'not an image, by its ending' } as const);

const inNoClass = (path: string) =>
  isImageName(path)
    ? ({ path, kind: 'outside', reason: 'in no class: it lies beside the folders of the classes' } as const)
    : byEnding(path);
