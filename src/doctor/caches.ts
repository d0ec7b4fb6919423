// Checks which weights are cached, and which ones a training would use.

import { printable } from '../core/errors.js';
import { type ListedWeights, listWeights } from '../weights/listWeights.js';
import { type Check, pass, problem } from './diagnosis.js';

const name = 'weights';
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Searches alexft's cache and torch's, and verifies hashes. Downloads nothing. */
export async function weightsCheck({
  mayDownload,
  weights = listWeights(),
}: {
  mayDownload: boolean;
  weights?: Promise<readonly ListedWeights[]>;
}): Promise<Check> {
  const listed = await weights;
  const cached = listed.find(isCached);
  const best = listed[0]!;
  const unexpected = listed
    .flatMap(({ places }) => places)
    .filter(({ state }) => state === 'other')
    .map(({ path }) => `; ${printable(path)} has other content and is not used`)
    .join('');
  const fetch = `alexft weights fetch ${best.name}`;
  if (cached === best) return pass(name, `${describe(cached)}; training uses them${unexpected}`);

  if (!mayDownload) {
    if (cached) return pass(name, `${describe(cached)}; training uses them${unexpected}`);
    return problem(
      name,
      `none are cached, and downloads are disabled${unexpected}`,
      `run ${fetch} with downloads enabled, or train with --weights none`,
    );
  }
  const size = megabytes(best.downloadBytes);
  if (cached) {
    const detail = `${describe(cached)}; training first tries to download ${best.name}, all layers (${size})${unexpected}`;
    return pass(name, detail, fetch);
  }
  return pass(name, `none are cached; training downloads ${best.name} (${size})${unexpected}`, fetch);
}

export const isCached = ({ places }: ListedWeights): boolean => places.some(({ state }) => state === 'here');

function describe({ name, places }: ListedWeights): string {
  const { path } = places.find(({ state }) => state === 'here')!;
  return `${name} in ${printable(path)}, with the expected hash`;
}
