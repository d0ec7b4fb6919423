// All that is to be known of a data set's folder before a training: each file, each image, and which are the same.

import { createGroups, groupsByKey } from '../data/groups.js';
import { inFolder, type OnFound } from '../data/walk.js';
import { type Account, accountFor } from './account.js';
import { type ImageFacts, type InspectOptions, inspectImages } from './inspectImages.js';
import { joinNearDuplicates } from './nearDuplicates.js';

export interface FolderAudit {
  readonly account: Account;
  /** One for each of the account's images, which the groups name by their index. */
  readonly facts: readonly ImageFacts[];
  /** Files with the same bytes. */
  readonly same: readonly (readonly number[])[];
  /** Images that look the same, or are: each is like some other of its group. */
  readonly alike: readonly (readonly number[])[];
}

/** Decodes every image below `root` once. Throws a data error where `root` can't be read. */
export async function auditFolder(
  root: string,
  { onFound, ...options }: InspectOptions & { readonly onFound?: OnFound },
): Promise<FolderAudit> {
  const account = await accountFor(root, onFound);
  const paths = account.images.map(({ path }) => inFolder(root, path));
  const facts = await inspectImages(paths, options);

  const same = groupsByKey(facts.map(({ sha256 }) => sha256));
  const alike = createGroups(facts.length);
  for (const [first, ...others] of same) for (const other of others) alike.join(first!, other);
  const looks = facts.map(({ image }) => image?.look);
  await joinNearDuplicates(looks, alike, options.signal);
  return { account, facts, same, alike: alike.list() };
}
