// alexft check: audits a dataset before a training. Changes nothing in it.

import { type Check as Audit, checkDataset } from '../audit/checkDataset.js';
import { requireOutside, writeLists } from '../audit/imageLists.js';
import { isBad } from '../audit/problems.js';
import { silentContext } from '../core/context.js';
import { usageError } from '../core/errors.js';
import { openTrainingSet } from '../data/dataset/dataset.js';
import { shardOf } from '../data/dataset/shard.js';
import { checkOutputFile } from '../io/outputFile.js';
import { type CheckOptions, checkOptions } from '../options/checkOptions.js';
import { withDefaults } from '../options/option.js';
import { requireData } from '../options/train/dataOptions.js';
import type { CommandContext } from '../profile/context.js';
import { writeLabelGallery } from '../report/gather/labelGallery.js';
import { checkLabels } from '../trials/labelCheck.js';
import type { LabelCheck } from '../trials/labelResult.js';

export interface Check extends Audit {
  /** With `labels`, where a training would start. */
  readonly labels?: LabelCheck;
}

/**
 * Checks every file below `--data`, or one shard of them, with `labels` also the images' folders, and writes the lists
 * and the page. Stops at once when the context's signal is aborted.
 */
export async function check(
  given: Partial<CheckOptions>,
  context: CommandContext = silentContext,
): Promise<Check> {
  const options = withDefaults(checkOptions, given);
  const data = requireData(options.data);
  const { list, list0, out, force } = options;
  if (out !== undefined && !options.labels) {
    throw usageError('--out is for --labels.', 'Add --labels, or remove --out.');
  }
  if (options.labels && options.shard !== undefined) {
    throw usageError('--labels compares all images with each other.', 'Remove --shard or --labels.');
  }
  const shard = options.shard === undefined ? undefined : shardOf(options.shard);
  await requireOutside({ '--list': list, '--list0': list0, '--out': out }, data);
  if (out !== undefined) await checkOutputFile(out, force);
  const audit = await checkDataset({ ...options, data, shard }, context);
  if (!options.labels) {
    const bad = audit.problems.filter(isBad);
    const named = bad.filter(({ kind }) => kind !== 'name').map(({ file }) => file);
    await writeLists(options, data, named, bad.length - named.length, context);
    return audit;
  }
  if (!audit.ok) return audit;
  const labels = await labelsOf(audit, { ...options, data }, context);
  const files = labels.suspicious.map(({ file }) => file);
  await writeLists(options, data, files, 0, context);
  if (out !== undefined) await writeLabelGallery(out, data, labels, context);
  return { ...audit, labels };
}

async function labelsOf(
  { duplicates, nearDuplicates }: Audit,
  options: CheckOptions & { readonly data: string },
  context: CommandContext,
): Promise<LabelCheck> {
  const all = { val: undefined, valSplit: 0, split: 'stratified', classWeights: 'none' } as const;
  const dataset = await openTrainingSet({ ...options, ...all }, context);
  const places = new Map(dataset.names.map((name, index) => [name, index]));
  const near = new Set(nearDuplicates.flat());
  const alike = [...nearDuplicates, ...duplicates.filter(([first]) => !near.has(first!))];
  const together = alike.map((group) => group.map((file) => places.get(file)!));
  return await checkLabels(dataset, options, together, context);
}
