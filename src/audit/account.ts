// Classifies every file below a dataset's folder by its name and location.

import { compareCodePoints } from '../core/codePoints.js';
import { listClassFolders } from '../data/dataset/classFolders.js';
import type { Ignore } from '../data/dataset/ignore.js';
import type { OnFound, SkippedEntry } from '../data/dataset/walk.js';
import { isImageName, isOtherImageName } from '../data/formats/imageNames.js';

/**
 * The reason why a file is skipped before it is opened: `other` no image extension, `extension` one that is not used,
 * `hidden` a dot file or a system file, `outside` an image outside the class folders, or a reason of the folder walk.
 */
export type SkippedKind = 'other' | 'extension' | 'hidden' | 'outside' | SkippedEntry['kind'];

export interface Account {
  /** The class folders' names, by code point. */
  readonly classes: readonly string[];
  /** The files that training opens, in the scan's order; paths are relative to the dataset's folder. */
  readonly images: readonly { readonly path: string; readonly label: number }[];
  /** All other files. */
  readonly skipped: readonly { readonly path: string; readonly kind: SkippedKind; readonly reason: string }[];
}

/** Files that Windows creates in folders. macOS creates dot files. */
const systemFiles = ['thumbs.db', 'ehthumbs.db', 'desktop.ini'];

/** Whether a file is hidden or in a hidden folder. */
export const isHidden = (path: string): boolean =>
  /(^|\/)\./.test(path) || systemFiles.includes(path.slice(path.lastIndexOf('/') + 1).toLowerCase());

/**
 * Lists every file below `root` exactly once, either in `images` or in `skipped`; a file reachable through links counts
 * once per path, and a folder that `ignore` leaves out is one entry. Throws a data error if `root` can't be listed.
 */
export async function accountFor(root: string, ignore: Ignore, onFound?: OnFound): Promise<Account> {
  const {
    classes,
    files,
    outside,
    skipped: unused,
  } = await listClassFolders(root, {
    ignore,
    onFound,
    skipUnreadable: true,
  });
  const skipped = [
    ...unused,
    ...outside.map(skippedOutside),
    ...files.filter(({ path }) => !isImageName(path)).map(({ path }) => skippedByName(path)),
  ];
  return {
    classes,
    images: files.filter(({ path }) => isImageName(path)),
    skipped: skipped.sort((a, b) => compareCodePoints(a.path, b.path)),
  };
}

const skippedByName = (path: string) =>
  isHidden(path)
    ? ({ path, kind: 'hidden', reason: 'a hidden or system file' } as const)
    : isOtherImageName(path)
      ? ({
          path,
          kind: 'extension',
          reason: 'an image extension that is not used, as in torchvision',
        } as const)
      : ({ path, kind: 'other', reason: 'no image extension' } as const);

const skippedOutside = (path: string) =>
  isImageName(path)
    ? ({ path, kind: 'outside', reason: 'outside the class folders' } as const)
    : skippedByName(path);
