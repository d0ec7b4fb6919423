// Groups of images with the same bytes or that look the same.

import { availableParallelism } from 'node:os';
import type { Context } from '../core/context.js';
import type { DatasetConfig, FindGroups } from '../data/dataset/dataset.js';
import { createGroups, groupsByKey } from '../data/dataset/groups.js';
import { type ImageFacts, inspectImages } from './inspectImages.js';
import { joinNearDuplicates } from './nearDuplicates.js';

/** The groups, by index: each image is similar to another one of its group. */
export async function similarGroups(facts: readonly ImageFacts[], signal?: AbortSignal): Promise<number[][]> {
  const groups = createGroups(facts.length);
  for (const [first, ...others] of groupsByKey(facts.map(({ sha256 }) => sha256))) {
    for (const other of others) groups.join(first!, other);
  }
  const hashes = facts.map(({ image }) => image?.hash);
  await joinNearDuplicates(hashes, groups, signal);
  return groups.list();
}

/** Finds the images that the split holds together; undefined for those with the same bytes. Decodes every image. */
export function groupingOf(
  { groupDuplicates, workers }: Pick<DatasetConfig, 'groupDuplicates'> & { workers?: number | undefined },
  { onProgress, signal }: Context,
): FindGroups | undefined {
  if (groupDuplicates !== 'similar') return undefined;
  return async (paths) => {
    const facts = await inspectImages(paths, {
      workers: workers ?? availableParallelism(),
      signal,
      onProgress: (done, total) => onProgress('Comparing images', done, total, 'images'),
    });
    return await similarGroups(facts, signal);
  };
}
