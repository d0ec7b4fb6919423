// What an audit has to say of single files.

import type { LeftOutKind } from './account.js';
import { isHidden } from './account.js';
import type { FolderAudit } from './auditFolder.js';
import type { OddityKind } from './oddities.js';

/**
 * `unreadable` and those of LeftOutKind are not trained on; the others are, and are worth a look. A file that is left
 * out has one problem, an image any number.
 */
export type ProblemKind = 'unreadable' | LeftOutKind | 'hidden-image' | OddityKind;

export interface Problem {
  /** From the folder on. */
  readonly file: string;
  readonly kind: ProblemKind;
  readonly detail: string;
}

/** By how a person would go through them: first what can't be used although it may be meant to be. */
export const problemKinds: readonly ProblemKind[] = [
  ...(['unreadable', 'name', 'link', 'special', 'folder', 'outside', 'other', 'hidden'] as const),
  ...(['hidden-image', 'ending', 'cmyk', 'rotated', 'animated', 'alpha', 'grey16'] as const),
  ...(['tiny', 'huge', 'elongated', 'one-colour'] as const),
];

/** What each kind of problem is called in tables. */
export const problemNames: Readonly<Record<ProblemKind, string>> = {
  unreadable: 'unreadable',
  name: 'names not UTF-8',
  link: 'links to nowhere',
  special: 'not regular files',
  folder: 'folders not readable',
  outside: 'in no class',
  other: 'not images',
  hidden: 'hidden',
  'hidden-image': 'hidden images',
  ending: 'other format',
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

/** Those that may be meant as images, and are none to the training. */
const bad: readonly ProblemKind[] = problemKinds.slice(0, 5);
export const isBad = ({ kind }: Problem): boolean => bad.includes(kind);

/** Kind by kind, in the order of `problemKinds`; within it the images first, in the scan's order. */
export function problemsOf({ account, facts }: FolderAudit): Problem[] {
  const ofImages = account.images.flatMap(({ path: file }, index): Problem[] => {
    const { unreadable, image } = facts[index]!;
    if (unreadable !== undefined) return [{ file, kind: 'unreadable', detail: unreadable }];
    const hidden: Problem[] = isHidden(file)
      ? [{ file, kind: 'hidden-image', detail: 'hidden, but trained on, as in torchvision' }]
      : [];
    return [...hidden, ...image!.oddities.map(({ kind, detail }) => ({ file, kind, detail }))];
  });
  const ofOthers = account.leftOut.map(({ path, kind, reason }) => ({ file: path, kind, detail: reason }));
  const all = [...ofImages, ...ofOthers];
  return problemKinds.flatMap((wanted) => all.filter(({ kind }) => kind === wanted));
}
