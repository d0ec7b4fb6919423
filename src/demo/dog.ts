// A dog's face: a longer head, a big muzzle with a big nose, round eyes.

import { chooseCoat } from './coat.js';
import type { Dice } from './dice.js';
import { drawEars } from './dogEars.js';
import { dogMuzzle } from './dogMuzzle.js';
import { dogEye, eyePlace } from './eyes.js';
import { moved, paintBody, paintHead, type Turn } from './head.js';
import { mirrored } from './outline.js';
import { darker } from './palette.js';
import type { Landmarks } from './pattern.js';
import { group, type Sheet, stroke } from './svg.js';

export function drawDog(dice: Dice, sheet: Sheet, turn: Turn, collar: string): string {
  const coat = chooseCoat(dice, 'Dog');
  const marks: Landmarks = {
    width: dice.between(76, 94),
    top: dice.between(78, 92),
    bottom: dice.between(88, 108),
    eye: [dice.between(33, 39), dice.between(-20, -10)],
    muzzle: [0, dice.between(38, 48)],
  };
  const { width, top, bottom } = marks;
  const jaw = dice.between(0.62, 0.86);
  const outline = mirrored([
    [0, -top],
    [width * 0.52, -top * 0.94],
    [width * 0.92, -top * 0.52],
    [width, -top * 0.02],
    [width * 0.95, bottom * 0.4],
    [width * jaw, bottom * 0.8],
    [width * 0.3, bottom],
    [0, bottom * 1.02],
  ]);
  const rim = darker(coat.base, 0.8);
  const eye = dogEye(dice, sheet, rim);
  const brow = dice.chance(0.5) ? dice.between(3, 6) : 0;
  const eyes = [-1, 1].map((side) => {
    return group(
      { transform: eyePlace(marks.eye, side, turn) },
      brow
        ? stroke(`M${-side * 12} -23q${side * 12} -9 ${side * 25} 1`, darker(coat.base, 0.35), brow, {
            opacity: 0.5,
          })
        : '',
      eye(side),
    );
  });
  const ears = drawEars(dice, sheet, coat, marks);
  return group(
    {},
    paintBody(dice, sheet, coat, width * 0.74),
    collar,
    moved(turn, -8, ears.behind),
    paintHead(dice, sheet, coat, outline, marks, turn),
    moved(turn, -4, ears.before),
    moved(turn, 14, ...eyes),
    moved(turn, 26, dogMuzzle(dice, sheet, coat, marks)),
  );
}
