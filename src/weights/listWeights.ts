// The weights with a name and their state on this machine.

import { stat } from 'node:fs/promises';
import { hasContent } from '../io/download.js';
import type { WeightsName } from './checkpoint.js';
import { namedWeights } from './namedWeights.js';

interface WeightsPlace {
  readonly cache: 'alexft' | 'torch';
  readonly path: string;
  /** `here`: the right file, by size and SHA-256. `other`: a file with the same name and other content. */
  readonly state: 'here' | 'absent' | 'other';
}

export interface ListedWeights {
  readonly name: WeightsName;
  readonly contains: string;
  /** A URL, or a Python package. */
  readonly from: string;
  /** The size of the download, which can be a package that contains more than the file. */
  readonly downloadBytes: number;
  /** The size of the cached file. */
  readonly bytes: number;
  readonly sha256: string;
  /** By priority. */
  readonly places: readonly WeightsPlace[];
}

/** Lists the weights that have a name. Fetches nothing. */
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
          const exists = await stat(place.path).catch(() => undefined);
          return { ...place, state: exists ? 'other' : 'absent' } as const;
        }),
      ),
    })),
  );
}
