// alexft check: every file of a data set, and whether a training on it would work. It changes nothing.

import { availableParallelism } from 'node:os';
import { auditFolder, type FolderAudit } from '../audit/auditFolder.js';
import { checkListPlaces, writeLists } from '../audit/badList.js';
import { type Problem, problemsOf } from '../audit/problems.js';
import { type ClassCounts, classCountsOf, type Sizes, sizesOf } from '../audit/summary.js';
import { scanProgress, silentContext } from '../core/context.js';
import { dataError, UserError } from '../core/errors.js';
import { balanceWarning } from '../data/balance.js';
import { openTrainingSet, type TrainingSet } from '../data/dataset.js';
import { differing } from '../data/groups.js';
import { type CheckOptions, checkOptions } from '../options/checkOptions.js';
import { withDefaults } from '../options/option.js';
import { requireData } from '../options/trainOptions.js';
import type { CommandContext } from '../profile/profile.js';

/** Paths are from the folder on. */
export interface Check {
  readonly data: string;
  /** Whether a training would work; `reasons` says why not. */
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** All files: `pictures`, which can be read, and those with a problem for which they are left out. */
  readonly files: number;
  readonly pictures: number;
  readonly classes: ClassCounts;
  readonly problems: readonly Problem[];
  /** Groups of files with the same bytes. */
  readonly duplicates: readonly (readonly string[])[];
  /** Groups of images that look the same, of which not all have the same bytes. */
  readonly nearDuplicates: readonly (readonly string[])[];
  /** Those of either that are in more than one class. */
  readonly underTwoClasses: readonly (readonly string[])[];
  /** Those of either that are trained on and validated on. */
  readonly onBothSides: readonly (readonly string[])[];
  /** Of the images; absent where there is none. */
  readonly sizes?: Sizes;
  /** What a training would draw; absent where it would not work. */
  readonly split?: {
    readonly method: string;
    readonly share: number;
    readonly seed: number;
    readonly train: number;
    readonly validation: number;
  };
  /** A sentence where classes differ much in size. */
  readonly balance?: string;
}

/** Looks at every file below `--data`. Ends at once when the context's signal is given. */
export async function check(
  given: Partial<CheckOptions>,
  context: CommandContext = silentContext,
): Promise<Check> {
  const options = withDefaults(checkOptions, given);
  const { seed, valSplit: share, split: method = 'stratified', workers = availableParallelism() } = options;
  const data = requireData(options.data);
  await checkListPlaces(options, data);
  const audit = await auditFolder(data, {
    workers,
    signal: context.signal,
    onFound: scanProgress(context),
    onProgress: (done, total) => context.onProgress('Looking', done, total, 'images'),
  });
  const { account, facts, same, alike } = audit;
  const setOptions = {
    data,
    val: undefined,
    split: method,
    valSplit: share,
    seed,
    classWeights: 'none',
  } as const;
  const set = await trainingSetOf(setOptions, context);
  context.signal?.throwIfAborted();
  if (!(set instanceof UserError)) requireSameImages(audit, set);
  const reasons = set instanceof UserError ? [set.message] : whyNot(audit, set, options.maxBad ?? 0.1);
  const problems = problemsOf(audit);
  await writeLists(options, data, problems, context);

  const labels = account.images.map(({ label }) => label);
  const named = (groups: readonly (readonly number[])[]) =>
    groups.map((group) => group.map((index) => account.images[index]!.path));
  const judged = new Set(set instanceof UserError ? [] : set.validation);
  const sizes = sizesOf(audit);
  const readable = labels.filter((_, index) => facts[index]!.image);
  const balance = balanceWarning(account.classes, readable);
  return {
    data,
    ok: reasons.length === 0,
    reasons,
    files: account.images.length + account.leftOut.length,
    pictures: readable.length,
    classes: classCountsOf(audit),
    problems,
    duplicates: named(same),
    nearDuplicates: named(differing(alike, (index) => facts[index]!.sha256)),
    underTwoClasses: named(differing(alike, (index) => labels[index])),
    onBothSides: named(differing(alike, (index) => judged.has(index))),
    ...(sizes && { sizes }),
    ...(!(set instanceof UserError) && {
      split: { method, share, seed, train: set.train.length, validation: set.validation.length },
    }),
    ...(balance !== undefined && { balance }),
  };
}

/** What a training would open, or why it would not begin. Its samples are the account's images. */
const trainingSetOf = (...given: Parameters<typeof openTrainingSet>): Promise<TrainingSet | UserError> =>
  openTrainingSet(...given).catch((error) => {
    if (error instanceof UserError) return error;
    throw error;
  });

/** The folder is listed again for the split. Throws a data error where it has changed meanwhile. */
function requireSameImages({ account }: FolderAudit, { names }: TrainingSet): void {
  const same = ({ path }: { path: string }, index: number) => path === names[index];
  if (account.images.length === names.length && account.images.every(same)) return;
  throw dataError('The folder changed while it was looked at.', 'Try again when nothing is written to it.');
}

/** Why a training would end without a model. */
function whyNot({ facts }: FolderAudit, { train, validation }: TrainingSet, maxBad: number): string[] {
  const readable = (side: readonly number[]) => side.filter((index) => facts[index]!.image).length;
  const unreadable = facts.length - readable([...facts.keys()]);
  if (unreadable === facts.length) return ['None of the images can be read.'];
  return [
    ...(unreadable > maxBad * facts.length
      ? [`Of the ${facts.length} images, ${unreadable} can't be read, more than --max-bad ${maxBad} allows.`]
      : []),
    ...(readable(train) === 0 ? ['None of the training images can be read.'] : []),
    ...(validation.length > 0 && readable(validation) === 0
      ? ['None of the validation images can be read.']
      : []),
  ];
}
