// The weights that are here, and what a training would take.

import { printable } from '../core/errors.js';
import { type ListedWeights, listWeights } from '../weights/listWeights.js';
import { type Check, fine, problem } from './check.js';

const name = 'weights';
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Looks into alexft's cache and torch's, checks hashes, fetches nothing. */
export async function weightsCheck({
  fetching,
  looking = listWeights(),
}: {
  fetching: boolean;
  looking?: Promise<readonly ListedWeights[]>;
}): Promise<Check> {
  const listed = await looking;
  const taken = listed.find(isHere);
  const best = listed[0]!;
  const strange = listed
    .flatMap(({ places }) => places)
    .filter(({ state }) => state === 'other')
    .map(({ path }) => `; ${printable(path)} is another file, and is not used`)
    .join('');
  const fetch = `alexft weights fetch ${best.name}`;
  if (taken === best) return fine(name, `${told(taken)}: a training takes them${strange}`);

  if (!fetching) {
    if (taken) return fine(name, `${told(taken)}: a training takes them${strange}`);
    return problem(
      name,
      `none are here, and nothing may be fetched${strange}`,
      `allow it once: ${fetch}. Or start without: --weights none`,
    );
  }
  const size = megabytes(best.downloadBytes);
  if (taken) {
    const detail = `${told(taken)}; a training first tries to fetch ${best.name}, all layers (${size})${strange}`;
    return fine(name, detail, fetch);
  }
  return fine(name, `none are here; a training fetches ${best.name} (${size})${strange}`, fetch);
}

export const isHere = ({ places }: ListedWeights): boolean => places.some(({ state }) => state === 'here');

function told({ name, places }: ListedWeights): string {
  const { path } = places.find(({ state }) => state === 'here')!;
  return `${name} in ${printable(path)}, its hash right`;
}
