// alexft weights list | fetch: the weights that have a name, and where they are.

import { stat } from 'node:fs/promises';
import { mayFetch, silentContext } from '../core/context.js';
import { printable, usageError } from '../core/errors.js';
import { hasContent } from '../io/download.js';
import type { CommandContext } from '../profile/profile.js';
import type { WeightsName } from '../weights/kinds.js';
import { findNamed, namedWeights, provideNamed } from '../weights/namedWeights.js';

interface WeightsPlace {
  readonly cache: 'alexft' | 'torch';
  readonly path: string;
  /** `here`: the file that is meant, by its size and SHA-256. `other`: a file with its name and another content. */
  readonly state: 'here' | 'absent' | 'other';
}

export interface ListedWeights {
  readonly name: WeightsName;
  readonly contains: string;
  /** A URL, or a package. */
  readonly from: string;
  /** To fetch, which may be a package with more in it than the file. */
  readonly downloadBytes: number;
  /** Of the file that is kept. */
  readonly bytes: number;
  readonly sha256: string;
  /** In the order in which they are looked into. */
  readonly places: readonly WeightsPlace[];
}

/** The weights with a name. Nothing is fetched. */
export async function listWeights(): Promise<ListedWeights[]> {
  return await Promise.all(
    namedWeights.map(async ({ name, contains, from, downloadBytes, file, places }) => ({
      name,
      contains,
      from,
      downloadBytes,
      bytes: file.bytes,
      sha256: file.sha256,
      places: await Promise.all(
        places().map(async (place) => {
          if (await hasContent(place.path, file)) return { ...place, state: 'here' } as const;
          const isThere = await stat(place.path).catch(() => undefined);
          return { ...place, state: isThere ? 'other' : 'absent' } as const;
        }),
      ),
    })),
  );
}

export interface FetchedWeights {
  readonly name: WeightsName;
  readonly path: string;
  /** False where it was here already. */
  readonly fetched: boolean;
}

/** Fetches weights by their names, one after the other. Throws a data error (exit 3) where one can't be had. */
export async function fetchWeights(
  names: readonly string[] = [],
  context: CommandContext = silentContext,
): Promise<FetchedWeights[]> {
  const wanted = (names.length > 0 ? names : ['imagenet']).map((name) => {
    const weights = findNamed(name);
    if (weights) return weights;
    const known = namedWeights.map((weights) => weights.name).join(', ');
    throw usageError(
      `There are no weights with the name '${printable(name)}' to fetch.`,
      `There are: ${known}.`,
    );
  });
  const fetched: FetchedWeights[] = [];
  for (const weights of wanted) {
    const offline = !mayFetch({ noSetup: false });
    const { path, wasFetched } = await provideNamed(weights, { ...context, offline });
    fetched.push({ name: weights.name, path, fetched: wasFetched });
  }
  return fetched;
}
