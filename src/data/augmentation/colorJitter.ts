// torchvision's ColorJitter on RGB bytes, equal to Pillow's to the byte.
// Source: adjust_brightness, .. in transforms/_functional_pil.py of torchvision; ImageEnhance.py, libImaging/Blend.c
// and Convert.c of Pillow 12.

import { shiftHue } from './hue.js';
import type { Jitter } from './parameters.js';

/** Changes `rgb` in place. */
export function jitter(rgb: Uint8Array, { order, factors }: Jitter): void {
  for (const index of order) {
    const factor = factors[index];
    if (factor !== undefined) adjustments[index]!(rgb, factor);
  }
}

/** In the order of ColorJitter. Factors are float32; 1 changes nothing, for hue 0. */
const adjustments: readonly ((rgb: Uint8Array, factor: number) => void)[] = [
  (rgb, factor) => blend(rgb, factor, () => 0),
  (rgb, factor) => {
    const mean = meanGrey(rgb);
    blend(rgb, factor, () => mean);
  },
  (rgb, factor) => blend(rgb, factor, (pixel) => greyOf(rgb, pixel)),
  shiftHue,
];

/** `Image.blend` of a grey image, whose level `grey` gives for the pixel at an index, and `rgb`. */
function blend(rgb: Uint8Array, factor: number, grey: (pixel: number) => number): void {
  for (let pixel = 0; pixel < rgb.length; pixel += 3) {
    const level = grey(pixel);
    for (let at = pixel; at < pixel + 3; at++) {
      const value = Math.fround(level + Math.fround(factor * (rgb[at]! - level)));
      rgb[at] = Math.min(255, Math.max(0, value)); // truncated
    }
  }
}

/** Pillow's `convert('L')`. */
const greyOf = (rgb: Uint8Array, pixel: number): number =>
  (rgb[pixel]! * 19595 + rgb[pixel + 1]! * 38470 + rgb[pixel + 2]! * 7471 + 0x8000) >> 16;

function meanGrey(rgb: Uint8Array): number {
  let sum = 0;
  for (let pixel = 0; pixel < rgb.length; pixel += 3) sum += greyOf(rgb, pixel);
  return Math.trunc(sum / (rgb.length / 3) + 0.5);
}
