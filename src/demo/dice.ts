// The drawings' chances: every choice of an image comes from one stream of torch's MT19937, so that a seed
// is an image.

import { MersenneTwister } from '../random/generator.js';

/** Draws from one stream; the order of the calls is part of an image. */
export interface Dice {
  /** Evenly in [low, high). */
  between(low: number, high: number): number;
  /** In [low, high), the middle more often than the ends. */
  around(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of `list`, each as often. */
  pick<T>(list: readonly T[]): T;
  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
}

export function rollDice(seed: number): Dice {
  const generator = new MersenneTwister(seed);
  const between = (low: number, high: number) => low + (high - low) * generator.rand();
  return {
    between,
    around: (low, high) => (between(low, high) + between(low, high)) / 2,
    chance: (probability) => generator.rand() < probability,
    pick: <T>(list: readonly T[]) => list[Math.floor(generator.rand() * list.length)] as T,
    weighted: <K extends string>(weights: Readonly<Record<K, number>>) => {
      const entries = Object.entries(weights) as [K, number][];
      let left = generator.rand() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      return entries[entries.length - 1]![0];
    },
  };
}

/** `count` values of `make(index)`. */
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: Math.round(count) }, (_, index) => make(index));
