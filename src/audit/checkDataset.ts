// Audits a dataset and predicts whether a training on it would succeed. Changes nothing.

import { availableParallelism } from 'node:os';
import { type Context, scanProgress, silentContext } from '../core/context.js';
import { dataError, UserError } from '../core/errors.js';
import { examples } from '../core/text.js';
import { balanceWarning } from '../data/dataset/balance.js';
import { contradictionWarning, validationWarning } from '../data/dataset/datasetWarnings.js';
import { differing } from '../data/dataset/groups.js';
import { type Ignore, ignoreOf } from '../data/dataset/ignore.js';
import { requireClasses, requireImages } from '../data/dataset/scan.js';
import { type Split, type SplitMethod, type SplitOptions, splitSamples } from '../data/dataset/split.js';
import type { Account } from './account.js';
import { auditFolder, type FolderAudit } from './auditFolder.js';
import { type Problem, problemsOf } from './problems.js';
import { type ClassCounts, classCountsOf, type Sizes, sizesOf } from './summary.js';

export interface AuditOptions {
  /** A folder with one sub-folder of images per class. */
  readonly data: string;
  /** Default: stratified. */
  readonly split?: SplitMethod | undefined;
  /** The share of the images used for validation. */
  readonly valSplit: number;
  readonly seed: number;
  /** Globs of files and folders to leave out, separated by commas. */
  readonly ignore?: string | undefined;
  /** `torch`: nothing is left out. */
  readonly reference?: 'none' | 'torch';
  /** The largest share of unreadable images that a training accepts. Default: 0.1. */
  readonly maxBad?: number | undefined;
  /** Worker threads. Default: one per core. */
  readonly workers?: number | undefined;
}

/** The result of an audit. Paths are relative to the dataset's folder. */
export interface Check {
  readonly data: string;
  /** Whether a training would give a useful model; otherwise `reasons` says why not. */
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** Sentences about a training that would succeed, but not as intended. */
  readonly warnings: readonly string[];
  /** The number of all files: `pictures`, the readable images, and files that are skipped because of a problem. */
  readonly files: number;
  readonly pictures: number;
  readonly classes: ClassCounts;
  readonly problems: readonly Problem[];
  /** Groups of files with identical bytes. */
  readonly duplicates: readonly (readonly string[])[];
  /** Groups of images that look the same, of which not all have the same bytes. */
  readonly nearDuplicates: readonly (readonly string[])[];
  /** Groups of either kind that span several classes. */
  readonly underTwoClasses: readonly (readonly string[])[];
  /** Groups of either kind that are in both the training and the validation set. */
  readonly onBothSides: readonly (readonly string[])[];
  /** Absent if no image is readable. */
  readonly sizes?: Sizes;
  /** The split that a training would use; absent if the training would not start. */
  readonly split?: {
    readonly method: string;
    readonly share: number;
    readonly seed: number;
    readonly train: number;
    readonly validation: number;
  };
  /** A warning about imbalanced classes. */
  readonly balance?: string;
}

/** Decodes every image below `data`. Throws the context's signal's reason as soon as it is aborted. */
export async function checkDataset(options: AuditOptions, context: Context = silentContext): Promise<Check> {
  const { data, split: method = 'stratified', valSplit, seed, maxBad = 0.1, workers } = options;
  const ignore = ignoreOf(options);
  const audit = await auditFolder(data, {
    ignore,
    workers: workers ?? availableParallelism(),
    signal: context.signal,
    onFound: scanProgress(context),
    onProgress: (done, total) => context.onProgress('Checking', done, total, 'images'),
  });
  const split = splitOf(audit, { data, ignore }, { method, share: valSplit, seed });
  const failed = split instanceof UserError;
  const labels = audit.account.images.map(({ label }) => label);
  const reasons = failed
    ? [split.hint ? `${split.message} ${split.hint}` : split.message]
    : reasonsToFail(audit, split, maxBad);
  const contradiction = contradictionWarning({ ...audit.account, labels }, audit.similar);
  if (contradiction !== undefined) reasons.push(contradiction);
  const unvalidated = failed ? undefined : validationWarning(valSplit, split.validation.length);

  const { account, facts, duplicates, similar } = audit;
  const readable = labels.filter((_, index) => facts[index]!.image);
  const validation = new Set(failed ? [] : split.validation);
  const paths = (groups: readonly (readonly number[])[]) =>
    groups.map((group) => group.map((index) => account.images[index]!.path));
  const sizes = sizesOf(audit);
  const balance = balanceWarning(account.classes, readable);
  return {
    data,
    ok: reasons.length === 0,
    reasons,
    warnings: unvalidated === undefined ? [] : [unvalidated],
    files: account.images.length + account.skipped.length,
    pictures: readable.length,
    classes: classCountsOf(audit),
    problems: problemsOf(audit),
    duplicates: paths(duplicates),
    nearDuplicates: paths(differing(similar, (index) => facts[index]!.sha256)),
    underTwoClasses: paths(differing(similar, (index) => labels[index])),
    onBothSides: paths(differing(similar, (index) => validation.has(index))),
    ...(sizes && { sizes }),
    ...(!failed && {
      split: {
        method,
        share: valSplit,
        seed,
        train: split.train.length,
        validation: split.validation.length,
      },
    }),
    ...(balance !== undefined && { balance }),
  };
}

/** The split that a training would use, or the error with which it would not start. */
function splitOf(
  { account, duplicates }: FolderAudit,
  { data, ignore }: { readonly data: string; readonly ignore: Ignore },
  options: SplitOptions,
): Split | UserError {
  const { classes, images, skipped } = account;
  try {
    const folders = { root: data, classes, samples: images, ignore };
    requireClasses(folders, skipped.filter(({ kind }) => kind === 'outside').length, 2);
    const unreadable = skipped.find(({ kind }) => kind === 'folder');
    if (unreadable) return dataError(unreadable.reason);
    requireImages(
      folders,
      skipped.filter(({ kind }) => kind === 'other' || kind === 'extension').map(({ path }) => path),
    );
    return splitSamples(images, options, duplicates);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Reasons why a training would end without a model. */
function reasonsToFail(
  { account, facts }: FolderAudit,
  { train, validation }: Split,
  maxBad: number,
): string[] {
  const readable = (side: readonly number[]) => side.filter((index) => facts[index]!.image).length;
  const unreadable = facts.length - readable([...facts.keys()]);
  if (unreadable === facts.length) return ['None of the images can be read.'];
  return [
    ...(unreadable > maxBad * facts.length
      ? [`${unreadable} of the ${facts.length} images can't be read, more than --max-bad ${maxBad} allows.`]
      : []),
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
