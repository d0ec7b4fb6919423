// Inspects every file of a dataset's folder and groups duplicates.

import { createGroups, groupsByKey } from '../data/dataset/groups.js';
import type { Ignore } from '../data/dataset/ignore.js';
import { inFolder, type OnFound } from '../data/dataset/walk.js';
import { type Account, accountFor } from './account.js';
import { type ImageFacts, type InspectOptions, inspectImages } from './inspectImages.js';
import { joinNearDuplicates } from './nearDuplicates.js';

export interface FolderAudit {
  readonly account: Account;
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
}

/** Decodes every image below `root` once. Throws a data error if `root` can't be listed. */
export async function auditFolder(
  root: string,
  { ignore, onFound, ...options }: AuditFolderOptions,
): Promise<FolderAudit> {
  const account = await accountFor(root, ignore, onFound);
  const paths = account.images.map(({ path }) => inFolder(root, path));
  const facts = await inspectImages(paths, options);

  const duplicates = groupsByKey(facts.map(({ sha256 }) => sha256));
  const similar = createGroups(facts.length);
  for (const [first, ...others] of duplicates) for (const other of others) similar.join(first!, other);
  const hashes = facts.map(({ image }) => image?.hash);
  await joinNearDuplicates(hashes, similar, options.signal);
  return { account, facts, duplicates, similar: similar.list() };
}
