// A dog's face: a longer head, a big muzzle with a big nose, round eyes.

import { type Coat, chooseCoat } from './coat.js';
import type { Dice } from './dice.js';
import { drawEars } from './dogEars.js';
import { dogEye } from './eyes.js';
import { moved, paintBody, paintHead, type Turn, whiskers } from './head.js';
import { mirrored, smooth } from './outline.js';
import { darker, lighter, lightness, mix } from './palette.js';
import type { Landmarks } from './pattern.js';
import { ellipse, group, path, radial, type Sheet, short, stroke } from './svg.js';

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
    const narrow = 1 - 0.2 * Math.max(0, side * turn.yaw);
    return group(
      { transform: `translate(${short(side * marks.eye[0] * narrow)} ${short(marks.eye[1])}) scale(${short(narrow * 10) / 10} 1)` },
      brow ? stroke(`M${-side * 12} -23q${side * 12} -9 ${side * 25} 1`, darker(coat.base, 0.35), brow, { opacity: 0.5 }) : '',
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

function dogMuzzle(dice: Dice, sheet: Sheet, coat: Coat, { muzzle: [, y], eye }: Landmarks): string {
  const [rx, ry] = [dice.between(38, 50), dice.between(33, 43)];
  const jowl = dice.between(0.7, 1.1);
  const fill = radial(sheet, [[0, lighter(coat.muzzle, 0.22)], [0.65, coat.muzzle], [1, darker(coat.muzzle, 0.3)]], {
    cy: 0.32,
    r: 0.68,
  });
  const lobes = smooth(
    mirrored([
      [0, y - ry * 1.05],
      [rx * 0.62, y - ry * 0.8],
      [rx * 0.98, y - ry * 0.05],
      [rx * 0.9, y + ry * 0.62 * jowl],
      [rx * 0.45, y + ry * 0.9 * jowl],
      [0, y + ry * 0.6],
    ]),
  );
  const bridge = `M-15 ${short(eye[1] - 10)}Q0 ${short(eye[1] - 18)} 15 ${short(eye[1] - 10)}L${short(rx * 0.6)} ${short(y - ry * 0.5)}L${short(-rx * 0.6)} ${short(y - ry * 0.5)}Z`;
  const jawFill = darker(coat.muzzle, 0.18);
  const jawY = y + ry * 0.72;
  const open = dice.chance(0.5);
  const drop = open ? dice.between(14, 24) : 6;
  const line = darker(coat.base, 0.8);
  const side = lightness(coat.muzzle) < 0.3 ? lighter(coat.muzzle, 0.2) : darker(coat.muzzle, 0.65);
  return [
    path(bridge, { fill: mix(coat.base, coat.muzzle, 0.6), opacity: 0.55 }),
    ellipse(0, jawY + drop * 0.6, rx * 0.58, ry * 0.34 + drop * 0.55, { fill: jawFill }),
    open ? ellipse(0, jawY + drop * 0.35, rx * 0.48, ry * 0.25 + drop * 0.5, { fill: '#5a2326' }) : '',
    open || dice.chance(0.08) ? tongue(dice, jawY, rx, drop) : '',
    path(lobes, { fill }),
    stroke(`M0 ${short(y - ry * 0.1)}L0 ${short(y + ry * 0.6)}`, line, 2.6, { opacity: 0.75 }),
    stroke(
      [-1, 1]
        .map((way) => `M0 ${short(y + ry * 0.6)}Q${short(way * rx * 0.42)} ${short(y + ry * jowl)} ${short(way * rx * 0.86)} ${short(y + ry * 0.55 * jowl)}`)
        .join(''),
      line,
      2.8,
      { opacity: 0.75 },
    ),
    ...[-1, 1].flatMap((way) =>
      [0, 1, 2, 3].map((i) => ellipse(way * rx * (0.42 + (i % 2) * 0.2), y + 3 + i * 5, 1.4, 1.4, { fill: side, opacity: 0.6 })),
    ),
    dice.chance(0.25) ? whiskers(dice, [rx * 0.6, y + 6], dice.between(24, 46), coat) : '',
    dogNose(dice, y - ry * 0.5),
  ].join('');
}

function tongue(dice: Dice, y: number, rx: number, drop: number): string {
  const long = drop + dice.between(8, 26);
  const wide = rx * dice.between(0.27, 0.36);
  const lean = dice.between(-8, 8);
  const [end, bottom] = [short(lean), short(y + long)];
  const outline =
    `M${short(-wide)} ${short(y - 6)}C${short(-wide * 1.1)} ${short(y + long * 0.6)} ${short(lean - wide)} ${bottom} ${end} ${bottom}` +
    `C${short(lean + wide)} ${bottom} ${short(wide * 1.1)} ${short(y + long * 0.6)} ${short(wide)} ${short(y - 6)}Z`;
  return (
    path(outline, { fill: '#e37b86', stroke: '#b8525f', 'stroke-width': 1.5 }) +
    stroke(`M0 ${short(y)}Q${short(lean * 0.3)} ${short(y + long * 0.5)} ${short(lean * 0.8)} ${short(y + long * 0.75)}`, '#b8525f', 2)
  );
}

function dogNose(dice: Dice, y: number): string {
  const [rx, ry] = [dice.between(18, 24), dice.between(13, 17)];
  const colour = dice.weighted({ '#221c1e': 7, '#4a2f28': 2, '#7a4f48': 1 });
  const outline = smooth(mirrored([[0, y - ry], [rx * 0.7, y - ry * 0.9], [rx, y - ry * 0.1], [rx * 0.55, y + ry * 0.65], [0, y + ry]]));
  return (
    path(outline, { fill: colour }) +
    ellipse(0, y - ry * 0.55, rx * 0.5, ry * 0.22, { fill: '#ffffff', opacity: 0.35 }) +
    [-1, 1].map((side) => ellipse(side * rx * 0.45, y + ry * 0.12, rx * 0.2, ry * 0.24, { fill: '#000000', opacity: 0.6 })).join('')
  );
}
