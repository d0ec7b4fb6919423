// Why a training on a dataset would end without a model.

import { examples } from '../core/text.js';
import type { Split } from '../data/dataset/split.js';
import type { Account } from './account.js';
import type { FolderAudit } from './auditFolder.js';

/** Reasons why a training would end without a model. Of a shard, only that too many of its images can't be read. */
export function reasonsToFail(
  { account, facts }: FolderAudit,
  split: Split | undefined,
  maxBad: number,
): string[] {
  const readable = (side: readonly number[]) => side.filter((index) => facts[index]!.image).length;
  const unreadable = facts.length - readable([...facts.keys()]);
  if (split && unreadable === facts.length) return ['None of the images can be read.'];
  const tooMany =
    unreadable > maxBad * facts.length
      ? [`${unreadable} of the ${facts.length} images can't be read, more than --max-bad ${maxBad} allows.`]
      : [];
  if (!split) return tooMany;
  const { train, validation } = split;
  return [
    ...tooMany,
    ...unreadableClasses(account, facts, train),
    ...(validation.length > 0 && readable(validation) === 0
      ? ['None of the validation images can be read.']
      : []),
  ];
}

/** As a training does, which fails where the last training image of a class turns out to be unreadable. */
function unreadableClasses(
  { classes, images }: Account,
  facts: FolderAudit['facts'],
  train: readonly number[],
): string[] {
  const labelsOf = (side: readonly number[]) => new Set(side.map((index) => images[index]!.label));
  const [present, usable] = [labelsOf(train), labelsOf(train.filter((index) => facts[index]!.image))];
  const without = classes.filter((_, label) => present.has(label) && !usable.has(label));
  return without.length > 0 ? [`None of the training images of ${examples(without)} can be read.`] : [];
}
