// Audits a dataset and predicts whether a training on it would succeed. Changes nothing.

import { availableParallelism } from 'node:os';
import { type Context, scanProgress, silentContext } from '../core/context.js';
import { dataError, UserError } from '../core/errors.js';
import { counted } from '../core/text.js';
import { balanceWarning } from '../data/dataset/balance.js';
import { contradictionWarning, validationWarning } from '../data/dataset/datasetWarnings.js';
import { differing } from '../data/dataset/groups.js';
import { type Ignore, ignoreOf } from '../data/dataset/ignore.js';
import { requireClasses, requireImages } from '../data/dataset/scan.js';
import type { Shard } from '../data/dataset/shard.js';
import { type Split, type SplitMethod, type SplitOptions, splitSamples } from '../data/dataset/split.js';
import { auditFolder, type FolderAudit } from './auditFolder.js';
import { type Problem, problemsOf } from './problems.js';
import { reasonsToFail } from './reasonsToFail.js';
import { type ClassCounts, classCountsOf, type Sizes, sizesOf } from './summary.js';

export interface AuditOptions {
  /** A folder with one sub-folder of images per class. */
  readonly data: string;
  /** Default: stratified. */
  readonly split?: SplitMethod | undefined;
  /** The share of the images used for validation. */
  readonly valSplit: number;
  readonly seed: number;
  /** What the split holds together. Default: exact. */
  readonly groupDuplicates?: 'exact' | 'similar';
  /** Globs of files and folders to leave out, separated by commas. */
  readonly ignore?: string | undefined;
  /** `torch`: nothing is left out. */
  readonly reference?: 'none' | 'torch';
  /** The largest share of unreadable images that a training accepts. Default: 0.1. */
  readonly maxBad?: number | undefined;
  /** Worker threads. Default: one per core. */
  readonly workers?: number | undefined;
  /** The part of the images to check. Default: all. */
  readonly shard?: Shard | undefined;
}

/** The result of an audit. Paths are relative to the dataset's folder. */
export interface Check {
  readonly data: string;
  /** With a shard: its number, from 1, and that of all. Counts, problems and duplicates are those of its images. */
  readonly shard?: { readonly part: number; readonly parts: number };
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
  /** The split that a training would use; absent if the training would not start, and for a shard. */
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
  const { data, split: method = 'stratified', valSplit, seed, maxBad = 0.1, workers, shard } = options;
  const ignore = ignoreOf(options);
  const audit = await auditFolder(data, {
    ignore,
    shard,
    workers: workers ?? availableParallelism(),
    signal: context.signal,
    onFound: scanProgress(context),
    onProgress: (done, total) => context.onProgress('Checking', done, total, 'images'),
  });
  const together = options.groupDuplicates === 'similar' ? audit.similar : audit.duplicates;
  const split = splitOf(audit, { data, ignore }, { method, share: valSplit, seed }, together);
  const failed = split instanceof UserError;
  const used = failed ? undefined : split;
  const labels = audit.account.images.map(({ label }) => label);
  const reasons = failed
    ? [split.hint ? `${split.message} ${split.hint}` : split.message]
    : reasonsToFail(audit, split, maxBad);
  const contradiction = contradictionWarning({ ...audit.account, labels }, audit.similar);
  if (contradiction !== undefined) reasons.push(contradiction);
  const unvalidated = used && validationWarning(valSplit, used.validation.length);

  const { account, facts, duplicates, similar } = audit;
  const readable = labels.filter((_, index) => facts[index]!.image);
  const validation = new Set(used?.validation);
  const paths = (groups: readonly (readonly number[])[]) =>
    groups.map((group) => group.map((index) => account.images[index]!.path));
  const sizes = sizesOf(audit);
  const balance = shard ? undefined : balanceWarning(account.classes, readable);
  return {
    data,
    ...(shard && { shard: { part: shard.index + 1, parts: shard.count } }),
    ok: reasons.length === 0,
    reasons,
    warnings: [unvalidated, shard && shardWarning(audit, shard)].filter((warning) => warning !== undefined),
    files: account.images.length + account.skipped.length,
    pictures: readable.length,
    classes: classCountsOf(audit),
    problems: problemsOf(audit),
    duplicates: paths(duplicates),
    nearDuplicates: paths(differing(similar, (index) => facts[index]!.sha256)),
    underTwoClasses: paths(differing(similar, (index) => labels[index])),
    onBothSides: paths(differing(similar, (index) => validation.has(index))),
    ...(sizes && { sizes }),
    ...(used && {
      split: {
        method,
        share: valSplit,
        seed,
        train: used.train.length,
        validation: used.validation.length,
      },
    }),
    ...(balance !== undefined && { balance }),
  };
}

const shardWarning = ({ account, whole }: FolderAudit, { index, count }: Shard): string =>
  `This is part ${index + 1} of ${count}, with ${account.images.length} of ${counted(whole.images.length, 'image')}. ` +
  'Duplicates in different parts, and the split, are found only without --shard.';

/**
 * The split that a training would use, or the error with which it would not start. Undefined for a shard: duplicates
 * stay on one side of the split, and those of the other shards are not known.
 */
function splitOf(
  { account, whole }: FolderAudit,
  { data, ignore }: { readonly data: string; readonly ignore: Ignore },
  options: SplitOptions,
  together: FolderAudit['similar'],
): Split | UserError | undefined {
  const { classes, images, skipped } = whole;
  try {
    const folders = { root: data, classes, samples: images, ignore };
    requireClasses(folders, skipped.filter(({ kind }) => kind === 'outside').length, 2);
    const unreadable = skipped.find(({ kind }) => kind === 'folder');
    if (unreadable) return dataError(unreadable.reason);
    requireImages(
      folders,
      skipped.filter(({ kind }) => kind === 'other' || kind === 'extension').map(({ path }) => path),
    );
    return account === whole ? splitSamples(images, options, together) : undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
