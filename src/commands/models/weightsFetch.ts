// alexft weights fetch: downloads weights by name.

import { mayFetch, silentContext } from '../../core/context.js';
import { printable, usageError } from '../../core/errors.js';
import type { CommandContext } from '../../profile/context.js';
import type { WeightsName } from '../../weights/checkpoint.js';
import { findNamed, namedWeights, provideNamed } from '../../weights/namedWeights.js';

export interface FetchedWeights {
  readonly name: WeightsName;
  readonly path: string;
  /** False if it was already on this machine. */
  readonly fetched: boolean;
}

/**
 * Fetches weights by name (default: `imagenet`) one after the other, even if a server could not be reached recently.
 * Throws a usage error (exit 2) for an unknown name, and a data error (exit 3) if weights can't be fetched.
 */
export async function fetchWeights(
  names: readonly string[] = [],
  context: CommandContext = silentContext,
): Promise<FetchedWeights[]> {
  const requested = (names.length > 0 ? names : ['imagenet']).map((name) => {
    const weights = findNamed(name);
    if (weights) return weights;
    const known = namedWeights.map((weights) => weights.name).join(' or ');
    throw usageError(
      `Expected ${known} for the name of weights to fetch but received '${printable(name)}'.`,
      "'alexft weights list' lists them.",
    );
  });
  const offline = !mayFetch({ noSetup: false });
  const fetched: FetchedWeights[] = [];
  for (const weights of requested) {
    const { path, wasFetched } = await provideNamed(weights, { ...context, offline, retry: true });
    fetched.push({ name: weights.name, path, fetched: wasFetched });
  }
  return fetched;
}
