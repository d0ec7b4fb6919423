// Images that look the same. Each is compared with those whose mean green is as near as it must be, which are few
// enough that no index of the hashes pays: what an index of parts would find has to be compared all the same.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Groups } from '../data/groups.js';
import { distance, hashWords, type Look, ones } from './imageHash.js';

/**
 * The most bits in which near-duplicates differ. bench/nearDuplicates.mjs measures: photos that were encoded anew or
 * resized differ in 28 bits and fewer, different photos in 86 and more.
 */
export const mostBits = 47;
/** The most levels by which their mean red, green or blue differ. */
const mostLevels = 12;

export function looksTheSame(a: Look, b: Look): boolean {
  if (distance(a.hash, b.hash) > mostBits) return false;
  return a.colour.every((level, channel) => Math.abs(level - b.colour[channel]!) <= mostLevels);
}

/** Milliseconds of search after which signals and the screen have their turn. */
const turn = 50;

/**
 * Joins in `groups` all of `looks` that look the same. Images without a look are left alone.
 *
 * Pairs that are in one group already are not compared: of the frames of a film, say, nearly all are alike.
 */
export async function joinNearDuplicates(
  looks: readonly (Look | undefined)[],
  groups: Groups,
  signal?: AbortSignal,
): Promise<void> {
  const firsts = firstOfEachLook(looks, groups).sort((a, b) => looks[a]!.colour[1] - looks[b]!.colour[1]);
  // Side by side in memory, in the order in which they are compared.
  const levelsOf = (channel: 0 | 1 | 2) => Int32Array.from(firsts, (index) => looks[index]!.colour[channel]);
  const [reds, greens, blues] = [levelsOf(0), levelsOf(1), levelsOf(2)];
  const hashes = new Int32Array(firsts.length * hashWords);
  firsts.forEach((index, place) => {
    hashes.set(looks[index]!.hash, place * hashWords);
  });

  let since = performance.now();
  for (let one = 0; one < firsts.length; one++) {
    const [red, green, blue] = [reds[one]!, greens[one]!, blues[one]!];
    for (let other = one + 1; other < firsts.length && greens[other]! - green <= mostLevels; other++) {
      if (Math.abs(reds[other]! - red) > mostLevels || Math.abs(blues[other]! - blue) > mostLevels) continue;
      const [a, b] = [firsts[one]!, firsts[other]!];
      if (!groups.joined(a, b) && areNear(hashes, one * hashWords, other * hashWords)) groups.join(a, b);
    }
    if (performance.now() - since < turn) continue;
    await nextTurn();
    signal?.throwIfAborted();
    since = performance.now();
  }
}

/** Most differ in too many bits of the first half already. */
function areNear(hashes: Int32Array, one: number, other: number): boolean {
  let bits = 0;
  for (let word = 0; word < hashWords / 2; word++) bits += ones(hashes[one + word]! ^ hashes[other + word]!);
  if (bits > mostBits) return false;
  for (let word = hashWords / 2; word < hashWords; word++) {
    bits += ones(hashes[one + word]! ^ hashes[other + word]!);
  }
  return bits <= mostBits;
}

/** A folder may hold one image thousands of times. */
function firstOfEachLook(looks: readonly (Look | undefined)[], groups: Groups): number[] {
  const known = new Map<string, number>();
  looks.forEach((look, index) => {
    if (look === undefined) return;
    const key = `${look.hash.join(' ')} ${look.colour.join(' ')}`;
    const first = known.get(key);
    if (first === undefined) known.set(key, index);
    else groups.join(first, index);
  });
  return [...known.values()];
}
