// The random parameters of transforms, from the random numbers that torchvision takes for them, in its order.
// Source: RandomResizedCrop, ColorJitter and RandomErasing in transforms/transforms.py of torchvision 0.28.

import type { MersenneTwister } from '../../random/generator.js';
import type { Part } from '../transforms/resizer.js';
import { roundHalfToEven } from '../transforms/rounding.js';

/** Trials until a rectangle fits. */
const trials = 10;

const cropRatios = [3 / 4, 4 / 3] as const;
const eraseRatios = [0.3, 3.3] as const;
const eraseScale = [0.02, 0.33] as const;

/** `torch.empty(1).uniform_(from, to)`. */
function uniform(generator: MersenneTwister, from: number, to: number): number {
  const value = new Float32Array(1);
  generator.uniform(value, from, to);
  return value[0]!;
}

/** `torch.randint(0, n, (1,))`. */
const below = (generator: MersenneTwister, n: number): number => generator.uint32() % n;

/** An area in pixels, and a ratio of sides whose logarithm is uniform. */
function shape(
  generator: MersenneTwister,
  pixels: number,
  scale: readonly [number, number],
  ratios: readonly [number, number],
): { area: number; ratio: number } {
  const area = pixels * uniform(generator, ...scale);
  const [least, most] = ratios.map((ratio) => Math.fround(Math.log(Math.fround(ratio)))) as [number, number];
  return { area, ratio: Math.fround(Math.exp(uniform(generator, least, most))) };
}

/** `RandomResizedCrop.get_params` for an area from `smallest` to 1, and sides of 3:4 to 4:3. */
export function cropPart(
  generator: MersenneTwister,
  { width, height }: { readonly width: number; readonly height: number },
  smallest: number,
): Part {
  for (let trial = 0; trial < trials; trial++) {
    const { area, ratio } = shape(generator, width * height, [smallest, 1], cropRatios);
    const w = roundHalfToEven(Math.sqrt(area * ratio));
    const h = roundHalfToEven(Math.sqrt(area / ratio));
    if (w <= 0 || w > width || h <= 0 || h > height) continue;
    const top = below(generator, height - h + 1);
    return { left: below(generator, width - w + 1), top, width: w, height: h };
  }
  const [least, most] = cropRatios;
  const w = width / height > most ? roundHalfToEven(height * most) : width;
  const h = width / height < least ? roundHalfToEven(width / least) : height;
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}

export interface Jitter {
  /** The order of brightness (0), contrast (1), saturation (2) and hue (3). */
  readonly order: readonly number[];
  /** Of each of them; undefined: it is not changed. */
  readonly factors: readonly (number | undefined)[];
}

/** `ColorJitter(strength, strength, strength, hue).get_params`. */
export function jitterFactors(
  generator: MersenneTwister,
  { strength, hue }: { readonly strength: number; readonly hue: number },
): Jitter {
  const order = Array.from(generator.randperm(4));
  const factor = (centre: number, most: number) =>
    most === 0 ? undefined : uniform(generator, centre - most, centre + most);
  const factors = [factor(1, strength), factor(1, strength), factor(1, strength), factor(0, hue)];
  return { order, factors };
}

/** The rectangle of `RandomErasing(probability)` in an image of `size` x `size`; undefined: none. */
export function erasedPart(generator: MersenneTwister, size: number, probability: number): Part | undefined {
  if (generator.rand() >= probability) return undefined;
  for (let trial = 0; trial < trials; trial++) {
    const { area, ratio } = shape(generator, size * size, eraseScale, eraseRatios);
    const height = roundHalfToEven(Math.sqrt(area * ratio));
    const width = roundHalfToEven(Math.sqrt(area / ratio));
    if (height >= size || width >= size) continue;
    const top = below(generator, size - height + 1);
    return { left: below(generator, size - width + 1), top, width, height };
  }
  return undefined;
}
