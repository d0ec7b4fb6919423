// A coat: colors and markings, with the same distribution for cats and dogs.

import type { Choices } from './choices.js';
import { curve, ellipse, fill, hsl, pair, stroke, svg, symmetric, times } from './svg.js';

export type Coat = ReturnType<typeof chooseCoat>;

export function chooseCoat({ between, chance, pick }: Choices) {
  const [hue, saturation, lightness] = [between(20, 38), between(2, chance(0.4) ? 12 : 60), between(14, 90)];
  const tone = (change: number) => hsl(hue, saturation, lightness + change);
  const white = hsl(40, 25, 95);
  const mark = tone(lightness > 32 ? -lightness * between(0.35, 0.65) : between(14, 30));
  const patch = chance(0.5) ? mark : lightness < 70 ? white : hsl(between(20, 36), 50, between(15, 45));
  const patterns = {
    plain: () => '',
    stripes() {
      const brow = (i: number) => svg`M${i * 22 - 44} -100q0 40 ${26 - i * 13} ${between(55, 70)}`;
      const body = (i: number) => svg`M-160 ${100 + i * 27}q${between(100, 200)} ${between(-30, 40)} 420 0`;
      const cheeks = stroke('M112 0q-22 -8 -44 3M112 17q-22 -8 -44 3M112 34q-22 -8 -44 3', mark, 7);
      return stroke(times(5, brow) + times(9, body), mark, between(6, 10)) + pair(cheeks);
    },
    patches() {
      const [few, size] = [chance(0.6), between(0.7, 1)];
      const radius = () => size * (few ? between(25, 60) : between(3, 10));
      const head = () => ellipse(between(-90, 90), between(-90, 70), radius(), radius(), patch);
      const body = () => ellipse(between(-100, 220), between(90, 330), radius(), radius(), patch);
      return times(few ? 3 : 25, head) + times(few ? 5 : 25, body);
    },
    blaze() {
      const face = curve(symmetric('0,-90 7,-30 16,10 48,50 38,90 0,110', between(0.6, 1.3)));
      return fill(face, white) + ellipse(0, 150, 50, 65, white) + ellipse(0, 330, 90, 36, white);
    },
    mask: () => ellipse(0, 40, between(50, 85), 52, mark) + ellipse(0, 330, 120, 50, mark),
  };
  const pattern = pick(['plain', 'stripes', 'stripes', 'patches', 'patches', 'blaze', 'mask'] as const);
  const [pale, length] = [pick([6, between(0.3, 0.8) * (94 - lightness)]), between(2, 9)];
  return {
    /** To be clipped to the head and to the body. */
    markings: patterns[pattern](),
    base: tone(0),
    ear: pattern === 'mask' ? mark : pattern === 'patches' && chance(0.5) ? patch : tone(-between(4, 18)),
    muzzle: pattern === 'blaze' ? white : pattern === 'mask' ? mark : tone(pale),
    dark: tone(-lightness * 0.85),
    nose: chance(0.3) ? hsl(between(0, 14), 40, between(50, 72)) : hsl(15, 15, between(8, 18)),
    eye: hsl(pick([24, 30, 36, 42, 55, 85, 205]), between(35, 75), between(25, 55)),
    pink: hsl(between(-10, 12), between(30, 50), between(55, 75)),
    collar: hsl(between(0, 360), 60, 48),
    hair: () => between(-length, length),
  };
}
