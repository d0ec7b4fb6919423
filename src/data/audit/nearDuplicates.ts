// Pictures that look the same, found without comparing each with each.
// Source: the multi-index hashing of Norouzi, Punjani and Fleet, Fast Search in Hamming Space with Multi-Index Hashing,
// 2012: hashes that differ in few bits differ in very few bits of at least one of their parts.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Groups } from './groups.js';
import { distance, type Look } from './perceptualHash.js';

/** The hash is looked up in so many parts of 16 bits. */
const parts = 16;
/** In at least one part, hashes of near-duplicates differ in so few bits. */
const partBits = 2;

/**
 * The most bits in which near-duplicates differ: the most for which the parts find all. bench/nearDuplicates.mjs
 * measures: photos that were encoded anew or resized differ in 28 bits and fewer, different photos in 86 and more.
 */
export const mostBits = (partBits + 1) * parts - 1;
/** The most levels by which their mean red, green or blue differ. */
const mostLevels = 12;

export function looksTheSame(a: Look, b: Look): boolean {
  if (distance(a.hash, b.hash) > mostBits) return false;
  return a.colour.every((level, channel) => Math.abs(level - b.colour[channel]!) <= mostLevels);
}

/** By what a part is changed to reach the values that are none, one or two bits off. */
const changes = Uint16Array.from([
  0,
  ...Array.from({ length: 16 }, (_, a) => 1 << a).flatMap((one, a, ones) => [
    one,
    ...ones.slice(a + 1).map((two) => one | two),
  ]),
]);

/** Milliseconds of search after which signals and the screen have their turn. */
const turn = 50;

/**
 * Joins in `groups` all of `looks` that look the same. Pictures without a look are left alone.
 *
 * Pairs that are in one group already are not compared: of the frames of a film, say, nearly all are alike.
 */
export async function joinNearDuplicates(
  looks: readonly (Look | undefined)[],
  groups: Groups,
  signal?: AbortSignal,
): Promise<void> {
  const firsts = firstOfEachLook(looks, groups);
  let since = performance.now();
  for (let part = 0; part < parts; part++) {
    const values = Uint16Array.from(firsts, (index) => partOf(looks[index]!, part));
    const { starts, members } = tableOf(values);
    for (const [place, index] of firsts.entries()) {
      const look = looks[index]!;
      for (const change of changes) {
        const value = values[place]! ^ change;
        // The later ones are found the other way round.
        for (let at = starts[value]!; at < starts[value + 1]! && members[at]! < place; at++) {
          const other = firsts[members[at]!]!;
          if (!groups.joined(other, index) && looksTheSame(look, looks[other]!)) groups.join(other, index);
        }
      }
      if (performance.now() - since < turn) continue;
      await nextTurn();
      signal?.throwIfAborted();
      since = performance.now();
    }
  }
}

const partOf = ({ hash }: Look, part: number): number => (hash[part >> 1]! >>> (16 * (part & 1))) & 0xffff;

/** A folder may hold one picture thousands of times. */
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

/** Where in `values` each value is, in ascending order: `members` from `starts[value]` up to `starts[value + 1]`. */
function tableOf(values: Uint16Array): { starts: Uint32Array; members: Uint32Array } {
  const starts = new Uint32Array(2 ** 16 + 1);
  for (const value of values) starts[value + 1]! += 1;
  for (let value = 0; value < 2 ** 16; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice();
  const members = new Uint32Array(values.length);
  values.forEach((value, place) => {
    members[next[value]!++] = place;
  });
  return { starts, members };
}
