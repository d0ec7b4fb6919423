// A cat's face: a wide round head, upright triangular ears, almond eyes, a small muzzle, long whiskers.

import { catEar } from './catEars.js';
import { catMuzzle } from './catMuzzle.js';
import { chooseCoat } from './coat.js';
import type { Dice } from './dice.js';
import { catEye, eyePlace } from './eyes.js';
import { moved, paintBody, paintHead, type Turn } from './head.js';
import { mirrored } from './outline.js';
import { darker } from './palette.js';
import type { Landmarks } from './pattern.js';
import { ellipse, group, type Sheet } from './svg.js';

export function drawCat(dice: Dice, sheet: Sheet, turn: Turn, collar: string): string {
  const coat = chooseCoat(dice, 'Cat');
  const marks: Landmarks = {
    width: dice.between(90, 108),
    top: dice.between(72, 84),
    bottom: dice.between(76, 90),
    eye: [dice.between(37, 43), dice.between(-6, 4)],
    muzzle: [0, dice.between(38, 43)],
  };
  const { width, top, bottom } = marks;
  const cheek = dice.between(0.82, 1);
  const outline = mirrored([
    [0, -top],
    [width * 0.48, -top * 0.94],
    [width * 0.86, -top * 0.48],
    [width, bottom * 0.1],
    [width * 0.92 * cheek, bottom * 0.55],
    [width * 0.5, bottom * 0.9],
    [0, bottom],
  ]);
  const rim = darker(coat.base, 0.75);
  const eye = catEye(dice, sheet, rim);
  const eyes = [-1, 1].map((side) => {
    return group(
      { transform: eyePlace(marks.eye, side, turn) },
      coat.pattern === 'stripes' ? ellipse(0, -2, 31, 25, { fill: coat.muzzle, opacity: 0.3 }) : '',
      eye(side),
    );
  });
  const ear = catEar(dice, sheet, coat, marks);
  return group(
    {},
    paintBody(dice, sheet, coat, width * 0.68),
    collar,
    moved(turn, -8, ear(-1), ear(1)),
    paintHead(dice, sheet, coat, outline, marks, turn),
    moved(turn, 14, ...eyes),
    moved(turn, 22, catMuzzle(dice, sheet, coat, marks)),
  );
}
