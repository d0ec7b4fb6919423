// A coat: its colours, its pattern, its length. Both kinds draw from the same colours; patterns overlap too,
// with other odds, as in life: brindle dogs are rare, tabby cats are not.

import type { Dice } from './dice.js';
import { type Colour, coats, darker, lighter, lightness, mix, white } from './palette.js';

export type Pattern = 'solid' | 'stripes' | 'blaze' | 'mask' | 'patches' | 'spots' | 'tan' | 'halves';

export interface Coat {
  readonly base: Colour;
  readonly marking: Colour;
  readonly pattern: Pattern;
  /** Of the muzzle's sides and the chin. */
  readonly muzzle: Colour;
  /** Of the left and the right ear. */
  readonly ears: readonly [Colour, Colour];
  /** Length of the hairs at the edge, in units of a head's hundredth. */
  readonly fluff: number;
}

const odds = {
  Cat: { solid: 4, stripes: 8, blaze: 4, mask: 2, patches: 3, spots: 1, tan: 0.5, halves: 1 },
  Dog: { solid: 5, stripes: 1.5, blaze: 4, mask: 3, patches: 4, spots: 2, tan: 2.5, halves: 0.5 },
} as const satisfies Record<'Cat' | 'Dog', Record<Pattern, number>>;

export function chooseCoat(dice: Dice, kind: 'Cat' | 'Dog'): Coat {
  const [plain, mark] = dice.pick(coats);
  const base = mix(plain, dice.pick(coats)[0], dice.between(0, 0.15));
  const pattern = dice.weighted(odds[kind]);
  const marking = pattern === 'blaze' ? white : pattern === 'tan' ? lighter('#b8763a', 0.1) : mark;
  const pale = lighter(base, dice.between(0.35, 0.7));
  const muzzles: Record<Pattern, Colour> = {
    solid: dice.chance(0.5) ? pale : lighter(base, 0.15),
    stripes: pale,
    blaze: white,
    mask: darker(marking, 0.2),
    patches: dice.chance(0.7) ? white : pale,
    spots: lighter(base, 0.3),
    tan: marking,
    halves: pale,
  };
  const earOf = () => {
    if (pattern === 'mask') return marking;
    if (pattern === 'patches' || pattern === 'halves') return dice.chance(0.6) ? marking : base;
    return dice.chance(0.2) ? darker(base, 0.35) : darker(base, lightness(base) > 0.5 ? 0.08 : 0.16);
  };
  const left = earOf();
  const right = pattern === 'patches' || pattern === 'halves' ? earOf() : left;
  const fluff = dice.chance(0.35) ? dice.between(5, 11) : dice.between(1.5, 4.5);
  return { base, marking, pattern, muzzle: muzzles[pattern], ears: [left, right], fluff };
}
