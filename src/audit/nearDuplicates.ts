// Finds images that look the same. Compares each image with those of similar mean colour: so few that an index of the
// hashes would not pay.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Groups } from '../data/dataset/groups.js';
import { hammingDistance, hashWords, type ImageHash, popCount } from './imageHash.js';

/**
 * The largest number of bits in which near-duplicates differ. Measured with bench/nearDuplicates.mjs: re-encoded or
 * resized photos differ in at most 28 bits, different photos in at least 84.
 */
export const maxBits = 47;
/** The largest difference of their mean red, green or blue. */
const maxColourDifference = 12;

export function isNearDuplicate(a: ImageHash, b: ImageHash): boolean {
  if (hammingDistance(a.bits, b.bits) > maxBits) return false;
  return a.colour.every((level, channel) => Math.abs(level - b.colour[channel]!) <= maxColourDifference);
}

/** Milliseconds of work between two turns of the event loop. */
const sliceMs = 50;

/**
 * Joins near-duplicates in `groups`. Images without a hash stay alone. Skips pairs that are already in one group, such
 * as the frames of a video. Throws the signal's reason when it is aborted.
 */
export async function joinNearDuplicates(
  hashes: readonly (ImageHash | undefined)[],
  groups: Groups,
  signal?: AbortSignal,
): Promise<void> {
  const distinct = joinEqualHashes(hashes, groups).sort(
    (a, b) => hashes[a]!.colour[1] - hashes[b]!.colour[1],
  );
  // Contiguous in memory, in the order of comparison.
  const channel = (index: 0 | 1 | 2) => Int32Array.from(distinct, (image) => hashes[image]!.colour[index]);
  const [reds, greens, blues] = [channel(0), channel(1), channel(2)];
  const bits = new Int32Array(distinct.length * hashWords);
  distinct.forEach((image, place) => {
    bits.set(hashes[image]!.bits, place * hashWords);
  });

  let sliceStart = performance.now();
  for (let one = 0; one < distinct.length; one++) {
    const [red, green, blue] = [reds[one]!, greens[one]!, blues[one]!];
    for (let other = one + 1; other < distinct.length; other++) {
      if (greens[other]! - green > maxColourDifference) break;
      if (Math.abs(reds[other]! - red) > maxColourDifference) continue;
      if (Math.abs(blues[other]! - blue) > maxColourDifference) continue;
      const [a, b] = [distinct[one]!, distinct[other]!];
      if (!groups.joined(a, b) && areClose(bits, one * hashWords, other * hashWords)) groups.join(a, b);
    }
    if (performance.now() - sliceStart < sliceMs) continue;
    await nextTurn();
    signal?.throwIfAborted();
    sliceStart = performance.now();
  }
}

/** Most pairs already differ in too many bits of the first half. */
function areClose(bits: Int32Array, one: number, other: number): boolean {
  let distance = 0;
  for (let word = 0; word < hashWords / 2; word++)
    distance += popCount(bits[one + word]! ^ bits[other + word]!);
  if (distance > maxBits) return false;
  for (let word = hashWords / 2; word < hashWords; word++) {
    distance += popCount(bits[one + word]! ^ bits[other + word]!);
  }
  return distance <= maxBits;
}

/** Joins images with equal hashes, of which a folder may hold thousands, and returns the first image of each hash. */
function joinEqualHashes(hashes: readonly (ImageHash | undefined)[], groups: Groups): number[] {
  const firsts = new Map<string, number>();
  hashes.forEach((hash, index) => {
    if (hash === undefined) return;
    const key = `${hash.bits.join(' ')} ${hash.colour.join(' ')}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, index);
    else groups.join(first, index);
  });
  return [...firsts.values()];
}
