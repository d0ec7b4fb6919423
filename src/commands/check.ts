// alexft check: audits a dataset before a training. Changes nothing in it.

import { checkListPlaces, writeLists } from '../audit/badList.js';
import { type Check, checkDataset } from '../audit/checkDataset.js';
import { silentContext } from '../core/context.js';
import { shardOf } from '../data/dataset/shard.js';
import { type CheckOptions, checkOptions } from '../options/checkOptions.js';
import { withDefaults } from '../options/option.js';
import { requireData } from '../options/train/dataOptions.js';
import type { CommandContext } from '../profile/context.js';

export type { Check };

/**
 * Checks every file below `--data`, or one shard of them, and writes the lists of unusable files. Stops at once when
 * the context's signal is aborted.
 */
export async function check(
  given: Partial<CheckOptions>,
  context: CommandContext = silentContext,
): Promise<Check> {
  const options = withDefaults(checkOptions, given);
  const data = requireData(options.data);
  const shard = options.shard === undefined ? undefined : shardOf(options.shard);
  await checkListPlaces(options, data);
  const result = await checkDataset({ ...options, data, shard }, context);
  await writeLists(options, data, result.problems, context);
  return result;
}
