// Inspects every file of a dataset's folder and groups duplicates.

import { groupsByKey } from '../data/dataset/groups.js';
import type { Ignore } from '../data/dataset/ignore.js';
import { inShard, type Shard } from '../data/dataset/shard.js';
import { inFolder, type OnFound } from '../data/dataset/walk.js';
import { type Account, accountFor } from './account.js';
import { type ImageFacts, type InspectOptions, inspectImages } from './inspectImages.js';
import { similarGroups } from './similarImages.js';

export interface FolderAudit {
  /** The files of the folder, or of one shard: images in it, and with the first one all other files. */
  readonly account: Account;
  /** Those of all shards. */
  readonly whole: Account;
  /** One entry per image of `account`. */
  readonly facts: readonly ImageFacts[];
  /** Groups of images with identical bytes, by index. */
  readonly duplicates: readonly (readonly number[])[];
  /** Groups of duplicates and near-duplicates: each image is similar to another one of its group. */
  readonly similar: readonly (readonly number[])[];
}

interface AuditFolderOptions extends InspectOptions {
  readonly ignore: Ignore;
  readonly onFound?: OnFound;
  /** Default: all images. */
  readonly shard?: Shard | undefined;
}

/** Decodes every image below `root`, or of its shard, once. Throws a data error if `root` can't be listed. */
export async function auditFolder(
  root: string,
  { ignore, onFound, shard, ...options }: AuditFolderOptions,
): Promise<FolderAudit> {
  const whole = await accountFor(root, ignore, onFound);
  const account = shard ? partOf(whole, shard) : whole;
  const paths = account.images.map(({ path }) => inFolder(root, path));
  const facts = await inspectImages(paths, options);

  const duplicates = groupsByKey(facts.map(({ sha256 }) => sha256));
  return { account, whole, facts, duplicates, similar: await similarGroups(facts, options.signal) };
}

const partOf = (whole: Account, shard: Shard): Account => ({
  ...whole,
  images: inShard(whole.images, shard),
  skipped: shard.index === 0 ? whole.skipped : [],
});
