// Dogs' ears: hanging, folded, or upright.

import type { Coat } from './coat.js';
import { type Dice, times } from './dice.js';
import { earFill } from './head.js';
import { type Point, smooth } from './outline.js';
import { darker, lighter, pinks } from './palette.js';
import type { Landmarks } from './pattern.js';
import { linear, path, rounded, type Sheet, stroke } from './svg.js';

/** What is drawn behind the head and what in front of it. */
interface Ears {
  readonly behind: string;
  readonly before: string;
}

type Ear = (dice: Dice, sheet: Sheet, coat: Coat, head: Landmarks) => (side: number) => Partial<Ears>;

export function drawEars(dice: Dice, sheet: Sheet, coat: Coat, head: Landmarks): Ears {
  const shape = dice.weighted({ hanging: 62, folded: 24, upright: 14 });
  const ear = { hanging, folded, upright }[shape](dice, sheet, coat, head);
  const both = [ear(-1), ear(1)];
  return {
    behind: both.map(({ behind = '' }) => behind).join(''),
    before: both.map(({ before = '' }) => before).join(''),
  };
}

const flip = (side: number, points: readonly Point[]): Point[] => points.map(([x, y]) => [side * x, y]);

const hanging: Ear = (dice, sheet, coat, { width, top }) => {
  const long = dice.between(95, 165);
  const out = dice.between(12, 38);
  const wide = dice.between(34, 50);
  return (side) => {
    const colour = coat.ears[side < 0 ? 0 : 1];
    const lift = dice.between(-6, 8);
    const [x, y] = [width * 0.6, -top * 0.86 + lift];
    const outline = flip(side, [
      [x - 10, y],
      [x + 26, y + 2],
      [width + out, y + long * 0.32],
      [width + out + wide * 0.22, y + long * 0.75],
      [width + out - wide * 0.35, y + long],
      [width + out - wide * 0.95, y + long * 0.78],
      [width * 0.86, y + long * 0.36],
    ]);
    const fill = linear(sheet, [lighter(colour, 0.06), darker(colour, 0.12), darker(colour, 0.3)]);
    const hairs = times(9, (i) => {
      const from = x + 16 + i * 3.5;
      const start = y + long * dice.between(0.25, 0.6);
      const hang = rounded`${side * 5} ${long * 0.12} ${side * 3} ${long * 0.24}`;
      return rounded`M${side * (from + out * 0.5)} ${start}q${hang}`;
    });
    return {
      before:
        path(smooth(outline), {
          fill,
          stroke: darker(colour, 0.5),
          'stroke-width': 1.6,
          'stroke-opacity': 0.6,
        }) + stroke(hairs.join(''), darker(colour, 0.45), 1.6, { opacity: 0.35 }),
    };
  };
};

const folded: Ear = (dice, sheet, coat, { width, top }) => {
  const high = dice.between(24, 46);
  const flap = dice.between(34, 56);
  return (side) => {
    const colour = coat.ears[side < 0 ? 0 : 1];
    const lift = high + dice.between(-5, 5);
    const trunk = flip(side, [
      [width * 0.25, -top * 0.82],
      [width * 0.5, -top - lift * 0.8],
      [width * 0.85, -top - lift],
      [width * 1.02, -top * 0.35],
    ]);
    const tip: Point = [width * 1.06 + dice.between(-4, 12), -top - lift + flap];
    const fold = flip(side, [
      [width * 0.44, -top - lift * 0.72],
      [width * 0.84, -top - lift - 2],
      [width * 1.08, -top - lift * 0.5],
      tip,
      [width * 0.82, -top - lift + flap * 0.7],
    ]);
    const shade = linear(sheet, [lighter(colour, 0.12), darker(colour, 0.3)]);
    return {
      behind: path(smooth(trunk), { fill: earFill(sheet, colour) }),
      before: path(smooth(fold), {
        fill: shade,
        stroke: darker(colour, 0.5),
        'stroke-width': 1.5,
        'stroke-opacity': 0.5,
      }),
    };
  };
};

const upright: Ear = (dice, sheet, coat, { width, top }) => {
  const high = dice.between(58, 92);
  const inside = linear(sheet, [darker(coat.base, 0.3), darker(dice.pick(pinks), 0.3)]);
  return (side) => {
    const tip: Point = [width * 0.82 + dice.between(-4, 10), -top - high];
    const shape = (inset: number): string => {
      const at = (x: number, y: number): string => rounded`${side * x} ${y}`;
      const [near, far] = [width * 0.3 + inset, width * 1.02 - inset];
      const [top1, top2] = [tip[0] - 8 + inset * 0.3, tip[0] + 8 - inset * 0.3];
      const peak = tip[1] + inset * 2;
      return (
        `M${at(near, -top * 0.8)}C${at(near, -top - high * 0.5)} ${at(top1 - 8, peak)} ${at(top1, peak)}` +
        `Q${at(tip[0], peak - 8)} ${at(top2, peak)}` +
        `C${at(far + 10, -top - high * 0.4)} ${at(far + 4, -top * 0.7)} ${at(far, -top * 0.3)}Z`
      );
    };
    return {
      behind:
        path(shape(0), { fill: earFill(sheet, coat.ears[side < 0 ? 0 : 1]) }) +
        path(shape(11), { fill: inside }),
    };
  };
};
