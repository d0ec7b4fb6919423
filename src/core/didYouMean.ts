// The hint of an error about an unknown name.

import { closestMatch } from 'leven';

/** `Did you mean 'batchSize'?` for `batch-size`; a list of all names where none is similar. */
export function didYouMean(given: string, names: readonly string[]): string {
  const spellings = names.map(spelling);
  const maxDistance = Math.ceil(Math.min(given.length, 12) / 3);
  const closest = closestMatch(spelling(given.slice(0, 100)), spellings, { maxDistance });
  return closest === undefined
    ? `The names are: ${names.join(', ')}.`
    : `Did you mean '${names[spellings.indexOf(closest)]}'?`;
}

/** The same for `batchSize`, `batch-size` and `BATCH_SIZE`. */
const spelling = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();
