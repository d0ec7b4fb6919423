// The golden values of make_transforms.py.

import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden } from './golden.js';

type Size = [width: number, height: number];

export const transforms = readGolden<{
  centerCrops: { size: Size; sha256: string }[];
  oriented: { name: string; file: string; size: Size; sha256: string }[];
  /** Smallest scale, width, height, seed; top, left, height and width of the crop; the next random number. */
  crops: [number, number, number, number, number, number, number, number, number][];
  jitters: {
    strength: number;
    hue: number;
    seed: number;
    order: number[];
    factors: (number | null)[];
    next: number;
  }[];
  /** Seed; top, left, height and width; the next random number. */
  erasures: [number, [number, number, number, number] | null, number][];
  adjustments: { name: 'brightness' | 'contrast' | 'saturation' | 'hue'; factor: number; sha256: string }[];
  hues: { hsv: string; rgb: string };
  views: { seed: number; size: Size; sha256: string }[];
}>('transforms');

/** The same image as make_transforms.py's. */
export function noise([width, height]: Size) {
  const generator = new MersenneTwister(width * 100003 + height);
  const data = Uint8Array.from({ length: width * height * 3 }, () => generator.uint32());
  return { data, width, height };
}
