// The problems of single files that an audit reports.

import { isHidden, type SkippedKind } from './account.js';
import type { FolderAudit } from './auditFolder.js';
import type { OddityKind } from './oddities.js';

/**
 * Files with a problem of kind `unreadable` or SkippedKind are not used for training and have one problem. The other
 * kinds are warnings about images that are used; an image may have several.
 */
export type ProblemKind = 'unreadable' | SkippedKind | 'hidden-image' | OddityKind;

export interface Problem {
  /** Relative to the dataset's folder. */
  readonly file: string;
  readonly kind: ProblemKind;
  readonly detail: string;
}

/** In order of severity. */
export const problemKinds: readonly ProblemKind[] = [
  ...([
    'unreadable',
    'name',
    'link',
    'special',
    'folder',
    'extension',
    'outside',
    'ignored',
    'other',
    'hidden',
  ] as const),
  ...(['hidden-image', 'ending', 'cmyk', 'rotated', 'animated', 'alpha', 'grey16'] as const),
  ...(['tiny', 'huge', 'elongated', 'one-colour'] as const),
];

/** Labels for tables. */
export const problemNames: Readonly<Record<ProblemKind, string>> = {
  unreadable: 'unreadable',
  name: 'names not UTF-8',
  link: 'broken links',
  special: 'not regular files',
  folder: 'unreadable folders',
  extension: 'unused extension',
  outside: 'in no class',
  ignored: 'left out',
  other: 'not images',
  hidden: 'hidden',
  'hidden-image': 'hidden images',
  ending: 'wrong extension',
  cmyk: 'CMYK',
  rotated: 'EXIF-rotated',
  animated: 'animated',
  alpha: 'transparent',
  grey16: '16-bit grey',
  tiny: 'tiny',
  huge: 'huge',
  elongated: 'elongated',
  'one-colour': 'one colour',
};

/** Unusable files that may have been meant as images. */
const bad: readonly ProblemKind[] = problemKinds.slice(0, 6);
export const isBad = ({ kind }: Problem): boolean => bad.includes(kind);

/** Sorted by kind in the order of `problemKinds`, then images before other files, in the scan's order. */
export function problemsOf({ account, facts }: FolderAudit): Problem[] {
  const ofImages = account.images.flatMap(({ path: file }, index): Problem[] => {
    const { unreadable, image } = facts[index]!;
    if (unreadable !== undefined) return [{ file, kind: 'unreadable', detail: unreadable }];
    const hidden: Problem[] = isHidden(file)
      ? [{ file, kind: 'hidden-image', detail: 'hidden, but used for training, as in torchvision' }]
      : [];
    return [...hidden, ...image!.oddities.map(({ kind, detail }) => ({ file, kind, detail }))];
  });
  const ofOthers = account.skipped.map(({ path, kind, reason }) => ({ file: path, kind, detail: reason }));
  const all = [...ofImages, ...ofOthers];
  return problemKinds.flatMap((wanted) => all.filter(({ kind }) => kind === wanted));
}
