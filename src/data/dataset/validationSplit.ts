// Which samples a seed draws for validation, with those that belong together kept on one side.

import { MersenneTwister } from '../../random/generator.js';

/** The samples that stay together with a sample, itself among them. */
export type UnitOf = (sample: number) => readonly number[];

/** What `together` (lists of samples, none in two) says of each sample: most are alone. */
export function unitsOf(together: readonly (readonly number[])[]): UnitOf {
  const units = new Map(together.flatMap((unit) => unit.map((sample) => [sample, unit] as const)));
  return (sample) => units.get(sample) ?? [sample];
}

/** All but the first `kept` of a permutation of `count` samples. */
export function drawRandom(count: number, kept: number, seed: number, unitOf: UnitOf): number[] {
  const order = [...new MersenneTwister(seed).randperm(count)];
  // Where units leave a gap, it is filled from the other end.
  return take([...order.slice(kept), ...order.slice(0, kept).reverse()], count - kept, unitOf);
}

/**
 * `share` of each class, rounded by the largest remainder so that `total` are drawn of all classes; but one at least,
 * and not all, of a class of two or more. What belongs together under two classes is left to the training: nothing can
 * be judged by it.
 */
export function drawStratified(
  labels: readonly number[],
  share: number,
  totalOf: (samples: number) => number,
  seed: number,
  unitOf: UnitOf,
): number[] {
  const classes = new Map<number, number[]>();
  labels.forEach((label, sample) => {
    const members = classes.get(label);
    if (members) members.push(sample);
    else classes.set(label, [sample]);
  });
  const divisible = [...classes.values()].filter((members) => members.length > 1);
  const counts = apportion(
    divisible.map((members) => members.length),
    share,
    totalOf,
  );
  return divisible.flatMap((members, index) => {
    const count = Math.min(Math.max(counts[index]!, 1), members.length - 1);
    // Each class draws from the same stream from its start: so its images don't hang on which classes come before.
    const order = Array.from(new MersenneTwister(seed).randperm(members.length), (place) => members[place]!);
    const ofOneClass = (sample: number) => unitOf(sample).every((other) => labels[other] === labels[sample]);
    return take(order.filter(ofOneClass), count, unitOf, members.length - 1);
  });
}

/**
 * The first `count` samples of `order`. A unit that is more than what is still wanted is passed by; but where nothing
 * else is there, the smallest one is taken that has `most` samples or fewer.
 */
function take(order: readonly number[], count: number, unitOf: UnitOf, most = count): number[] {
  const taken = new Set<number>();
  for (const sample of order) {
    if (taken.size === count) break;
    const unit = unitOf(sample);
    if (!taken.has(sample) && taken.size + unit.length <= count) for (const member of unit) taken.add(member);
  }
  if (taken.size > 0 || count === 0) return [...taken];
  const possible = order.map(unitOf).filter(({ length }) => length <= most);
  const least = Math.min(...possible.map(({ length }) => length));
  return [...(possible.find(({ length }) => length === least) ?? [])];
}

/** `share` of each size, in whole numbers, by the largest remainder; the earlier of equals. */
function apportion(sizes: readonly number[], share: number, totalOf: (samples: number) => number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const counts = sizes.map((size) => Math.floor(size * share));
  const missing = totalOf(total) - counts.reduce((sum, count) => sum + count, 0);
  const remainders = sizes.map((size, index) => ({ index, remainder: size * share - counts[index]! }));
  remainders.sort((a, b) => b.remainder - a.remainder);
  for (const { index } of remainders.slice(0, missing)) counts[index]! += 1;
  return counts;
}
