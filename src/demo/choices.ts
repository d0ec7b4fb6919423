// Random choices from a seed. The order of the calls is part of an image.

import { MersenneTwister } from '../random/generator.js';

export type Choices = ReturnType<typeof seededChoices>;

export function seededChoices(seed: number) {
  const generator = new MersenneTwister(seed);
  return {
    between: (low: number, high: number): number => low + (high - low) * generator.rand(),
    chance: (probability: number): boolean => generator.rand() < probability,
    pick: <T>(list: readonly T[]): T => list[Math.floor(generator.rand() * list.length)] as T,
  };
}
