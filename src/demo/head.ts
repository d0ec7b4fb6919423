// What both kinds share: the painted head and how it turns, the ears' shading, neck and chest, whiskers.

import type { Coat } from './coat.js';
import { type Dice, times } from './dice.js';
import { furry, type Point, smooth } from './outline.js';
import { type Colour, darker, lighter, lightness, veil, white } from './palette.js';
import { type Landmarks, paintPattern } from './pattern.js';
import { group, linear, path, radial, rounded, type Sheet, stroke } from './svg.js';

/** -1 (to the left, up) to 1 (to the right, down). */
export interface Turn {
  readonly yaw: number;
  readonly nod: number;
}

/** A part that stands `depth` units in front of the head's middle moves this much when the head turns. */
export const moved = (turn: Turn, depth: number, ...children: string[]): string =>
  group({ transform: rounded`translate(${turn.yaw * depth} ${turn.nod * depth * 0.5})` }, ...children);

/** The head with its markings, hairs and light. */
export function paintHead(
  dice: Dice,
  sheet: Sheet,
  coat: Coat,
  outline: Point[],
  marks: Landmarks,
  turn: Turn,
): string {
  const edge = furry(dice, outline, coat.fluff);
  const clip = sheet.define('clipPath', {}, path(edge, {}));
  const light = radial(
    sheet,
    [veil('#fff4dc', 0.32), veil('#fff4dc', 0.1), veil('#1a0f18', 0.04), veil('#1a0f18', 0.32)],
    {
      cx: 0.42 + 0.12 * turn.yaw,
      cy: 0.3,
      r: 0.72,
    },
  );
  return group(
    { 'clip-path': clip },
    path(edge, { fill: coat.base }),
    moved(turn, 12, ...paintPattern(dice, coat, marks, sheet)),
    path(edge, { fill: light }),
  );
}

/** Colours of one ear, shaded from its tip to its root. */
export const earFill = (sheet: Sheet, colour: Colour): string =>
  linear(sheet, [lighter(colour, 0.08), colour, darker(colour, 0.4)]);

/** Neck, shoulders and chest, in front of which the head is drawn. */
export function paintBody(dice: Dice, sheet: Sheet, coat: Coat, neck: number): string {
  const wide = dice.between(1.25, 1.7);
  const outline: Point[] = [
    [-neck, 10],
    [neck, 10],
    [neck * 1.05, 80],
    [neck * wide, 130],
    [neck * wide * 1.2, 330],
    [-neck * wide * 1.2, 330],
    [-neck * wide, 130],
    [-neck * 1.05, 80],
  ];
  const fill = linear(sheet, [darker(coat.base, 0.55), darker(coat.base, 0.22), coat.base]);
  const chest = dice.chance(0.45) ? (coat.pattern === 'blaze' ? white : coat.muzzle) : undefined;
  const bib: Point[] = [
    [-neck * 0.5, 90],
    [neck * 0.5, 90],
    [neck * 0.6, 200],
    [0, 260],
    [-neck * 0.6, 200],
  ];
  return group(
    {},
    path(furry(dice, outline, coat.fluff * 0.8), { fill }),
    chest ? path(smooth(bib), { fill: chest, opacity: 0.85 }) : '',
  );
}

/** Whiskers from both sides of a muzzle at (x, y), `length` long. */
export function whiskers(dice: Dice, [x, y]: Point, length: number, coat: Coat): string {
  const colour = lightness(coat.muzzle) > 0.75 && dice.chance(0.4) ? darker(coat.base, 0.6) : white;
  const lines = [-1, 1].flatMap((side) =>
    times(4, (i) => {
      const reach = length * dice.between(0.75, 1.1);
      const rise = (i - 1.5) * dice.between(9, 14);
      const bend = rounded`${side * reach * 0.5} ${rise * 0.3 - 5}`;
      return rounded`M${side * x} ${y + (i - 1.5) * 5}q${bend} ${side * reach} ${rise + 6}`;
    }),
  );
  return stroke(lines.join(''), colour, 1.4, { opacity: 0.8 });
}
