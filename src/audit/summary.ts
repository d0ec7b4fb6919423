// Counts and sizes of an audited dataset.

import type { FolderAudit } from './auditFolder.js';

export interface Range {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Of the readable images: width and height in pixels, file size in bytes. */
export interface Sizes {
  readonly width: Range;
  readonly height: Range;
  readonly bytes: Range;
}

/** By class name. */
export type ClassCounts = Readonly<
  Record<string, { readonly pictures: number; readonly unreadable: number }>
>;

export function classCountsOf({ account, facts }: FolderAudit): ClassCounts {
  const counts = account.classes.map(() => ({ pictures: 0, unreadable: 0 }));
  account.images.forEach(({ label }, index) => {
    counts[label]![facts[index]!.image ? 'pictures' : 'unreadable'] += 1;
  });
  return Object.fromEntries(account.classes.map((name, label) => [name, counts[label]!]));
}

/** Returns undefined if no image is readable. */
export function sizesOf({ facts }: FolderAudit): Sizes | undefined {
  const readable = facts.filter(({ image }) => image);
  if (readable.length === 0) return undefined;
  return {
    width: rangeOf(readable.map(({ image }) => image!.width)),
    height: rangeOf(readable.map(({ image }) => image!.height)),
    bytes: rangeOf(readable.map(({ bytes }) => bytes!)),
  };
}

/** The median of an even number of values is the lower of the two middle ones: a size that occurs. */
function rangeOf(values: readonly number[]): Range {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[(sorted.length - 1) >> 1]!, max: sorted.at(-1)! };
}
