// What can be said of a training's pictures before any is decoded: files with the same bytes, empty ones, classes that
// differ much in size. `alexft check` looks at the pictures themselves.

import { findSameBytes } from '../data/audit/sameBytes.js';
import { balanceWarning } from '../data/balance.js';
import { examples } from '../data/examples.js';
import { printable } from '../errors.js';
import type { TrainingSet } from './trainingSet.js';

/** The samples that lie on both sides of a split although they have the same bytes. */
export function onBothSides(
  groups: readonly (readonly number[])[],
  { validation }: Pick<TrainingSet, 'validation'>,
): (readonly number[])[] {
  const judged = new Set(validation);
  return groups.filter(
    (group) => group.some((sample) => judged.has(sample)) && !group.every((sample) => judged.has(sample)),
  );
}

export interface ShortCheck {
  /** Samples that have the same bytes. */
  readonly groups: readonly (readonly number[])[];
  /** Sentences for the user, about the set as it was divided; none where all is well. */
  readonly warningsOf: (
    set: Pick<TrainingSet, 'classes' | 'names' | 'labels' | 'validation'>,
    options: { readonly data: string; readonly classWeights: string },
  ) => string[];
}

/** Asks for the sizes of all `paths`, and reads of those that may be the same. */
export async function shortCheck(paths: readonly string[]): Promise<ShortCheck> {
  const { groups, empty } = await findSameBytes(paths);
  return {
    groups,
    warningsOf: (set, { data, classWeights }) => {
      const { names, labels, classes } = set;
      const named = (list: readonly (readonly number[])[]) =>
        `${list.length === 1 ? '1 group' : `${list.length} groups`} of files (${list.flat().length}), such as ` +
        `${printable(names[list[0]![0]!]!)} and ${printable(names[list[0]![1]!]!)}`;
      const apart = onBothSides(groups, set);
      const contradictory = groups.filter((group) =>
        group.some((sample) => labels[sample] !== labels[group[0]!]),
      );
      const uneven = balanceWarning(classes, labels);
      const found = [
        ...(empty.length > 0 ? [`Empty files: ${examples(empty.map((sample) => names[sample]!))}.`] : []),
        ...(groups.length > 0
          ? [
              `Same bytes: ${named(groups)}.${apart.length === 0 ? ' Each group is on one side of the split.' : ''}`,
            ]
          : []),
        ...(contradictory.length > 0 ? [`The same bytes under two classes: ${named(contradictory)}.`] : []),
        ...(apart.length > 0
          ? [`Both trained on and validated on: ${named(apart)}. The validation's figures come out too good.`]
          : []),
      ];
      return [
        ...found,
        ...(found.length > 0 ? [`To look at every picture: alexft check --data ${printable(data)}`] : []),
        ...(uneven !== undefined && classWeights === 'none'
          ? [`${uneven} --class-weights balanced lets the small ones count for more.`]
          : []),
      ];
    },
  };
}
