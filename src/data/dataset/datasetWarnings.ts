// Warnings about a training's images before any is decoded: files with the same bytes, empty files, uneven classes.
// `alexft check` examines the images themselves.

import { printable } from '../../core/errors.js';
import { examples, shellWord } from '../../core/text.js';
import type { Grey16 } from '../transforms/preprocessing.js';
import { balanceWarning, countClasses } from './balance.js';
import type { HashedFile } from './fileHash.js';
import { differing, groupsByKey } from './groups.js';

/** A dataset after its split. All lists but the last are by image. */
interface SplitDataset {
  readonly classes: readonly string[];
  readonly names: readonly string[];
  readonly labels: readonly number[];
  readonly files: readonly (HashedFile | undefined)[];
  readonly validation: readonly number[];
}

/** Groups of images with the same bytes, by index. Empty and unreadable files are in no group. */
export const sameBytes = (files: SplitDataset['files']): number[][] =>
  groupsByKey(files.map((file) => (file && file.size > 0 ? file.sha256 : undefined)));

/** A sentence where more than half of the images are under several classes too, by the `groups` of equal ones. */
export function contradictionWarning(
  { classes, labels }: Pick<SplitDataset, 'classes' | 'labels'>,
  groups: readonly (readonly number[])[],
): string | undefined {
  const images = differing(groups, (index) => labels[index]).flat();
  if (2 * images.length <= labels.length) return undefined;
  const counts = countClasses(
    images.map((index) => labels[index]!),
    classes.length,
  );
  const most = classes[counts.indexOf(Math.max(...counts))]!;
  return (
    `Most images are under two classes: ${images.length} of ${labels.length}, most of them in '${printable(most)}'. ` +
    `A model can't tell these classes apart. If that folder is a copy of the others: --ignore ${shellWord(most)}`
  );
}

/** A sentence where duplicates left nothing for a validation that was wanted. */
export const validationWarning = (share: number, validation: number): string | undefined =>
  share > 0 && validation === 0
    ? `Nothing is left to validate on, although --val-split is ${share}: images with a copy under another class, and the ` +
      'only image of a class, are for training. Without validation, the best epoch is unknown.'
    : undefined;

interface WarningOptions {
  readonly data: string;
  readonly val: string | undefined;
  readonly valSplit: number;
  readonly classWeights: string;
  readonly grey16?: Grey16;
}

/** Sentences for the user. */
export function datasetWarnings(
  { classes, names, labels, files, validation }: SplitDataset,
  { data, val, valSplit, classWeights, grey16 }: WarningOptions,
): string[] {
  const groups = sameBytes(files);
  const empty = files.flatMap((file, index) => (file?.size === 0 ? [names[index]!] : []));
  const validated = new Set(validation);
  const classOf = (index: number) => labels[index];
  const sideOf = (index: number) => validated.has(index);
  /** The groups with two files as an example, which differ in `kind`. */
  const named = (
    list: readonly (readonly number[])[],
    kind: (index: number) => unknown = (index) => index,
  ) => {
    const [first, ...others] = list[0]!;
    const other = others.find((index) => kind(index) !== kind(first!))!;
    const count = list.length === 1 ? '1 group' : `${list.length} groups`;
    return `${count} of files (${list.flat().length}), such as ${printable(names[first!]!)} and ${printable(names[other]!)}`;
  };
  const apart = differing(groups, sideOf);
  const contradictory = differing(groups, classOf);
  const found = [
    contradictionWarning({ classes, labels }, groups),
    val === undefined ? validationWarning(valSplit, validation.length) : undefined,
  ].filter((warning) => warning !== undefined);
  if (empty.length > 0) found.push(`Empty files: ${examples(empty)}.`);
  if (groups.length > 0) {
    const together = apart.length === 0 ? ' Each group is on one side of the split.' : '';
    found.push(`Same bytes: ${named(groups)}.${together}`);
  }
  if (contradictory.length > 0) {
    found.push(`The same bytes under two classes: ${named(contradictory, classOf)}.`);
  }
  if (apart.length > 0) {
    found.push(
      `Both trained on and validated on: ${named(apart, sideOf)}. The validation's figures come out too good.`,
    );
  }
  const clipped = grey16 === 'scale' ? [] : names.filter((_, index) => files[index]?.grey16);
  if (clipped.length > 0) {
    found.push(
      `16-bit grey (${clipped.length}): ${examples(clipped)}. Values above 255 of 65535 become white, as in Pillow; ` +
        '--grey16 scale scales them.',
    );
  }
  if (found.length > 0) found.push(`To examine every image: alexft check --data ${printable(data)}`);
  const uneven = balanceWarning(classes, labels);
  if (uneven !== undefined && classWeights === 'none') {
    found.push(`${uneven} --class-weights balanced gives small classes more weight.`);
  }
  return found;
}
