// A dog's muzzle: its lobes, a big nose, an open mouth with a tongue or a shut one.

import type { Coat } from './coat.js';
import type { Dice } from './dice.js';
import { whiskers } from './head.js';
import { mirrored, smooth } from './outline.js';
import { darker, lighter, lightness, mix } from './palette.js';
import type { Landmarks } from './pattern.js';
import { ellipse, path, radial, rounded, type Sheet, stroke } from './svg.js';

export function dogMuzzle(dice: Dice, sheet: Sheet, coat: Coat, { muzzle: [, y], eye }: Landmarks): string {
  const [rx, ry] = [dice.between(38, 50), dice.between(33, 43)];
  const jowl = dice.between(0.7, 1.1);
  const fill = radial(sheet, [lighter(coat.muzzle, 0.22), coat.muzzle, darker(coat.muzzle, 0.3)], {
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
  const bridge =
    rounded`M-15 ${eye[1] - 10}Q0 ${eye[1] - 18} 15 ${eye[1] - 10}` +
    rounded`L${rx * 0.6} ${y - ry * 0.5}L${-rx * 0.6} ${y - ry * 0.5}Z`;
  const jawFill = darker(coat.muzzle, 0.18);
  const jawY = y + ry * 0.72;
  const open = dice.chance(0.5);
  const drop = open ? dice.between(14, 24) : 6;
  const line = darker(coat.base, 0.8);
  const side = lightness(coat.muzzle) < 0.3 ? lighter(coat.muzzle, 0.2) : darker(coat.muzzle, 0.65);
  const lip = (way: number): string =>
    rounded`M0 ${y + ry * 0.6}Q${way * rx * 0.42} ${y + ry * jowl}` +
    rounded` ${way * rx * 0.86} ${y + ry * 0.55 * jowl}`;
  return [
    path(bridge, { fill: mix(coat.base, coat.muzzle, 0.6), opacity: 0.55 }),
    ellipse(0, jawY + drop * 0.6, rx * 0.58, ry * 0.34 + drop * 0.55, { fill: jawFill }),
    open ? ellipse(0, jawY + drop * 0.35, rx * 0.48, ry * 0.25 + drop * 0.5, { fill: '#5a2326' }) : '',
    open || dice.chance(0.08) ? tongue(dice, jawY, rx, drop) : '',
    path(lobes, { fill }),
    stroke(rounded`M0 ${y - ry * 0.1}L0 ${y + ry * 0.6}`, line, 2.6, { opacity: 0.75 }),
    stroke(lip(-1) + lip(1), line, 2.8, { opacity: 0.75 }),
    ...[-1, 1].flatMap((way) =>
      [0, 1, 2, 3].map((i) =>
        ellipse(way * rx * (0.42 + (i % 2) * 0.2), y + 3 + i * 5, 1.4, 1.4, { fill: side, opacity: 0.6 }),
      ),
    ),
    dice.chance(0.25) ? whiskers(dice, [rx * 0.6, y + 6], dice.between(24, 46), coat) : '',
    dogNose(dice, y - ry * 0.5),
  ].join('');
}

function tongue(dice: Dice, y: number, rx: number, drop: number): string {
  const long = drop + dice.between(8, 26);
  const wide = rx * dice.between(0.27, 0.36);
  const lean = dice.between(-8, 8);
  const bottom = y + long;
  const outline =
    rounded`M${-wide} ${y - 6}C${-wide * 1.1} ${y + long * 0.6} ${lean - wide} ${bottom} ${lean} ${bottom}` +
    rounded`C${lean + wide} ${bottom} ${wide * 1.1} ${y + long * 0.6} ${wide} ${y - 6}Z`;
  return (
    path(outline, { fill: '#e37b86', stroke: '#b8525f', 'stroke-width': 1.5 }) +
    stroke(rounded`M0 ${y}Q${lean * 0.3} ${y + long * 0.5} ${lean * 0.8} ${y + long * 0.75}`, '#b8525f', 2)
  );
}

function dogNose(dice: Dice, y: number): string {
  const [rx, ry] = [dice.between(18, 24), dice.between(13, 17)];
  const colour = dice.weighted({ '#221c1e': 7, '#4a2f28': 2, '#7a4f48': 1 });
  const outline = smooth(
    mirrored([
      [0, y - ry],
      [rx * 0.7, y - ry * 0.9],
      [rx, y - ry * 0.1],
      [rx * 0.55, y + ry * 0.65],
      [0, y + ry],
    ]),
  );
  return (
    path(outline, { fill: colour }) +
    ellipse(0, y - ry * 0.55, rx * 0.5, ry * 0.22, { fill: '#ffffff', opacity: 0.35 }) +
    [-1, 1]
      .map((side) =>
        ellipse(side * rx * 0.45, y + ry * 0.12, rx * 0.2, ry * 0.24, { fill: '#000000', opacity: 0.6 }),
      )
      .join('')
  );
}
