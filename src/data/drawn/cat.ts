// A cat's face: a wide round head, upright triangular ears, almond eyes, a small muzzle, long whiskers.

import { type Coat, chooseCoat } from './coat.js';
import type { Dice } from './dice.js';
import { catEye } from './eyes.js';
import { earFill, moved, paintBody, paintHead, type Turn, whiskers } from './head.js';
import { mirrored, type Point } from './outline.js';
import { darker, ink, lighter, pinks, white } from './palette.js';
import type { Landmarks } from './pattern.js';
import { ellipse, group, linear, path, radial, type Sheet, short, stroke } from './svg.js';

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
    const narrow = 1 - 0.22 * Math.max(0, side * turn.yaw);
    return group(
      { transform: `translate(${short(side * marks.eye[0] * narrow)} ${short(marks.eye[1])}) scale(${short(narrow * 10) / 10} 1)` },
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

function catEar(dice: Dice, sheet: Sheet, coat: Coat, { width, top }: Landmarks): (side: number) => string {
  const height = dice.between(52, 80);
  const spread = dice.between(0.66, 0.86);
  const pink = mixPink(dice, coat);
  const inside = linear(sheet, [[0, pink], [1, darker(pink, 0.45)]]);
  return (side) => {
    const tip: Point = [width * spread + dice.between(-5, 7), -top - height * dice.between(0.9, 1.05)];
    const [near, far]: [Point, Point] = [[width * 0.14, -top * 0.9], [width * 0.97, -top * 0.28]];
    const shape = (scale: number): string => {
      const base: Point = [(near[0] + far[0]) / 2, (near[1] + far[1]) / 2 + 4];
      const at = ([x, y]: Point): string =>
        `${short(side * (base[0] + (x - base[0]) * scale))} ${short(base[1] + (y - base[1]) * scale)}`;
      const swell: Point = [near[0] + (tip[0] - near[0]) * 0.42, near[1] + (tip[1] - near[1]) * 0.68];
      const side2: Point = [far[0] + 9, far[1] + (tip[1] - far[1]) * 0.6];
      return `M${at(near)}Q${at(swell)} ${at(tip)}Q${at(side2)} ${at(far)}Z`;
    };
    const fill = earFill(sheet, coat.ears[side < 0 ? 0 : 1]);
    const root: Point = [width * 0.46, -top * 0.72];
    const tuft = [0, 1, 2, 3].map((i) => {
      const to: Point = [root[0] + (tip[0] - root[0]) * 0.5 + (i - 1.5) * 9, root[1] + (tip[1] - root[1]) * dice.between(0.35, 0.6)];
      return `M${short(side * (root[0] + (i - 1) * 6))} ${short(root[1])}q${short(side * 2)} -14 ${short(side * (to[0] - root[0] - (i - 1) * 6))} ${short(to[1] - root[1])}`;
    });
    return (
      path(shape(1), { fill, stroke: fill, 'stroke-width': 5, 'stroke-linejoin': 'round' }) +
      path(shape(0.72), { fill: inside }) +
      stroke(tuft.join(''), lighter(coat.muzzle, 0.3), 2.4, { opacity: 0.5 })
    );
  };
}

const mixPink = (dice: Dice, coat: Coat): string => darker(dice.pick(pinks), coat.pattern === 'mask' ? 0.35 : 0.08);

function catMuzzle(dice: Dice, sheet: Sheet, coat: Coat, { muzzle: [, y] }: Landmarks): string {
  const [rx, ry] = [dice.between(22, 29), dice.between(17, 21)];
  const pad = radial(sheet, [[0, lighter(coat.muzzle, 0.25)], [0.7, coat.muzzle], [1, darker(coat.muzzle, 0.22)]], {
    cy: 0.35,
    r: 0.7,
  });
  const noseColour = dice.chance(0.65) ? dice.pick(pinks) : darker(coat.base, 0.8);
  const size = dice.between(11, 14.5);
  const noseY = y - ry * 0.95;
  const nose =
    `M${short(-size)} ${short(noseY - 5)}Q0 ${short(noseY - 10)} ${short(size)} ${short(noseY - 5)}` +
    `Q${short(size * 0.7)} ${short(noseY + 4)} 0 ${short(noseY + 9)}Q${short(-size * 0.7)} ${short(noseY + 4)} ${short(-size)} ${short(noseY - 5)}Z`;
  const smile = dice.between(5, 10);
  const mouthY = noseY + 18;
  const mouth = [-1, 1].map(
    (side) => `M0 ${short(noseY + 9)}L0 ${short(mouthY)}q${short(side * 4)} ${short(smile)} ${short(side * 19)} ${short(smile - 2)}`,
  );
  const tongue = dice.chance(0.07)
    ? path(`M-6 ${short(mouthY + 5)}L-5 ${short(mouthY + 14)}Q0 ${short(mouthY + 20)} 5 ${short(mouthY + 14)}L6 ${short(mouthY + 5)}Z`, { fill: '#e8828a' })
    : '';
  const freckles = [-1, 1].flatMap((side) =>
    [0, 1, 2, 3].map((i) => ellipse(side * (14 + (i % 2) * 9), y - 3 + i * 4, 1.2, 1.2, { fill: ink, opacity: 0.5 })),
  );
  return [
    path(`M-9 ${short(noseY - 34)}Q0 ${short(noseY - 42)} 9 ${short(noseY - 34)}L14 ${short(noseY)}L-14 ${short(noseY)}Z`, { fill: white, opacity: 0.1 }),
    ellipse(0, y + ry * 0.95, rx * 0.7, ry * 0.75, { fill: darker(coat.muzzle, 0.08) }),
    tongue,
    ...[-1, 1].map((side) => ellipse(side * rx * 0.78, y, rx, ry, { fill: pad })),
    path(nose, { fill: noseColour, stroke: darker(noseColour, 0.45), 'stroke-width': 1.5 }),
    stroke(mouth.join(''), ink, 2.6, { opacity: 0.8 }),
    ...freckles,
    whiskers(dice, [rx * 1.05, y], dice.between(65, 100), coat),
  ].join('');
}
