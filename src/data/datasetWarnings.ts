// What can be said of a training's images before any is decoded: files with the same bytes, empty ones, classes that
// differ much in size. `alexft check` looks at the images themselves.

import { type CommandContext, silentContext } from '../core/context.js';
import { printable } from '../core/errors.js';
import { examples } from '../core/text.js';
import { balanceWarning } from './balance.js';
import type { TrainingSet } from './dataset.js';
import { type HashedFile, hashFiles } from './fileHash.js';
import { differing, groupsByKey } from './groups.js';

export interface ShortCheck {
  /** Of every sample; undefined where its file can't be read. */
  readonly files: readonly (HashedFile | undefined)[];
  /** Samples that have the same bytes. */
  readonly groups: readonly (readonly number[])[];
  /** Sentences for the user, about the set as it was divided; none where all is well. */
  readonly warningsOf: (
    set: Pick<TrainingSet, 'classes' | 'names' | 'labels' | 'validation'>,
    options: { readonly data: string; readonly classWeights: string },
  ) => string[];
}

/** Reads the files of all `paths`, and compares their bytes. */
export async function shortCheck(
  paths: readonly string[],
  { onProgress }: CommandContext = silentContext,
): Promise<ShortCheck> {
  const files = await hashFiles(paths, (done, total) => onProgress('Comparing files', done, total, 'files'));
  const groups = groupsByKey(files.map((file) => (file && file.size > 0 ? file.sha256 : undefined)));
  const empty = files.flatMap((file, sample) => (file?.size === 0 ? [sample] : []));
  return {
    files,
    groups,
    warningsOf: (set, { data, classWeights }) => {
      const { names, labels, classes } = set;
      const judged = new Set(set.validation);
      const classOf = (sample: number) => labels[sample];
      const sideOf = (sample: number) => judged.has(sample);
      /** Groups, with two files as an example, which differ in `kind`. */
      const named = (
        list: readonly (readonly number[])[],
        kind: (sample: number) => unknown = (sample) => sample,
      ) => {
        const [first, ...others] = list[0]!;
        const other = others.find((sample) => kind(sample) !== kind(first!))!;
        const count = list.length === 1 ? '1 group' : `${list.length} groups`;
        return `${count} of files (${list.flat().length}), such as ${printable(names[first!]!)} and ${printable(names[other]!)}`;
      };
      const apart = differing(groups, sideOf);
      const contradictory = differing(groups, classOf);
      const uneven = balanceWarning(classes, labels);
      const found = [
        ...(empty.length > 0 ? [`Empty files: ${examples(empty.map((sample) => names[sample]!))}.`] : []),
        ...(groups.length > 0
          ? [
              `Same bytes: ${named(groups)}.${apart.length === 0 ? ' Each group is on one side of the split.' : ''}`,
            ]
          : []),
        ...(contradictory.length > 0
          ? [`The same bytes under two classes: ${named(contradictory, classOf)}.`]
          : []),
        ...(apart.length > 0
          ? [
              `Both trained on and validated on: ${named(apart, sideOf)}. The validation's figures come out too good.`,
            ]
          : []),
      ];
      return [
        ...found,
        ...(found.length > 0 ? [`To look at every image: alexft check --data ${printable(data)}`] : []),
        ...(uneven !== undefined && classWeights === 'none'
          ? [`${uneven} --class-weights balanced lets the small ones count for more.`]
          : []),
      ];
    },
  };
}
