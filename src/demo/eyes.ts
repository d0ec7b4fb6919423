// Eyes: a cat's almond with a slit (wide in the dark), a dog's round one under a brow.

import type { Dice } from './dice.js';
import type { Turn } from './head.js';
import type { Point } from './outline.js';
import { type Colour, catEyes, darker, dogEyes, ink, lighter } from './palette.js';
import { ellipse, group, path, radial, rounded, type Sheet, stroke } from './svg.js';

/** Draws one eye around (0, 0): side -1 is left, 1 right. */
type Eye = (side: number) => string;

/** Where an eye at `at` goes when the head turns: the one on the far side moves in and gets narrower. */
export function eyePlace([x, y]: Point, side: number, turn: Turn): string {
  const narrow = 1 - 0.22 * Math.max(0, side * turn.yaw);
  return rounded`translate(${side * x * narrow} ${y}) scale(${narrow.toFixed(2)} 1)`;
}

const iris = (sheet: Sheet, colour: Colour): string =>
  radial(sheet, [lighter(colour, 0.35), colour, darker(colour, 0.55)], { cy: 0.62, r: 0.55 });

const glints = (size: number): string =>
  ellipse(-size * 0.28, -size * 0.34, size * 0.24, size * 0.24, { fill: '#ffffff', opacity: 0.95 }) +
  ellipse(size * 0.25, size * 0.3, size * 0.11, size * 0.11, { fill: '#ffffff', opacity: 0.6 });

export function catEye(dice: Dice, sheet: Sheet, rim: Colour): Eye {
  const colour = dice.pick(catEyes);
  const wide = dice.between(20, 25);
  const high = dice.between(16, 22);
  const slant = dice.between(2, 7);
  const slit = dice.weighted({ narrow: 5, middling: 4, wide: 2 });
  const pupil = { narrow: 3.2, middling: 6.5, wide: 11 }[slit] * dice.between(0.85, 1.15);
  const asleep = dice.chance(0.04);
  const fill = iris(sheet, colour);
  return (side) => {
    const [inner, outer] = [rounded`${-side * wide} ${slant}`, rounded`${side * wide} ${-slant}`];
    if (asleep) return stroke(rounded`M${inner}Q0 ${high * 0.9} ${outer}`, ink, 4.5);
    const almond =
      rounded`M${inner}C${-side * wide * 0.5} ${-high} ${side * wide * 0.6} ${-high * 1.25} ${outer}` +
      rounded`C${side * wide * 0.8} ${high * 0.9} ${-side * wide * 0.4} ${high * 1.3} ${inner}Z`;
    const clip = sheet.define('clipPath', {}, path(almond, {}));
    return (
      path(almond, { fill: rim, stroke: rim, 'stroke-width': 7, 'stroke-linejoin': 'round' }) +
      group(
        { 'clip-path': clip },
        path(almond, { fill }),
        ellipse(0, 0, pupil, high * 0.86, { fill: '#0d0a0c' }),
        ellipse(0, -high * 0.95, wide, high * 0.5, { fill: '#000000', opacity: 0.28 }),
        glints(high),
      )
    );
  };
}

export function dogEye(dice: Dice, sheet: Sheet, rim: Colour): Eye {
  const colour = dice.pick(dogEyes);
  const size = dice.between(12, 16.5);
  const droop = dice.between(-2, 5);
  const asleep = dice.chance(0.03);
  const white = dice.chance(0.3);
  const fill = iris(sheet, colour);
  return (side) => {
    const arch = rounded`Q0 ${-size * 1.55} ${side * size * 1.3} ${droop}`;
    const lid = rounded`M${-side * size * 1.25} ${size * 0.15}${arch}`;
    if (asleep) return stroke(rounded`M${-size} 0Q0 ${size} ${size} 0`, ink, 4.5);
    return (
      ellipse(0, 0, size * 1.22, size * 1.12, { fill: rim }) +
      (white
        ? ellipse(-side * size * 0.13, 1, size * 1.05, size * 0.85, { fill: '#efe6dc', opacity: 0.75 })
        : '') +
      ellipse(0, 0, size, size, { fill }) +
      ellipse(0, 0.5, size * 0.6, size * 0.6, { fill: '#0d0a0c' }) +
      glints(size) +
      stroke(lid, rim, 3.2)
    );
  };
}
