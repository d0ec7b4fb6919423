// Warnings about a training's images before any is decoded: files with the same bytes, empty files, uneven classes.
// `alexft check` examines the images themselves.

import { printable } from '../../core/errors.js';
import { examples } from '../../core/text.js';
import { balanceWarning } from './balance.js';
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

/** Sentences for the user. */
export function datasetWarnings(
  { classes, names, labels, files, validation }: SplitDataset,
  { data, classWeights }: { readonly data: string; readonly classWeights: string },
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
  const found: string[] = [];
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
  if (found.length > 0) found.push(`To examine every image: alexft check --data ${printable(data)}`);
  const uneven = balanceWarning(classes, labels);
  if (uneven !== undefined && classWeights === 'none') {
    found.push(`${uneven} --class-weights balanced gives small classes more weight.`);
  }
  return found;
}
