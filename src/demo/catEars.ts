// A cat's ears: upright triangles, rosy inside.

import type { Coat } from './coat.js';
import { type Dice, times } from './dice.js';
import { earFill } from './head.js';
import type { Point } from './outline.js';
import { darker, lighter, pinks } from './palette.js';
import type { Landmarks } from './pattern.js';
import { linear, path, rounded, type Sheet, stroke } from './svg.js';

/** Draws one ear: side -1 is left, 1 right. */
export function catEar(
  dice: Dice,
  sheet: Sheet,
  coat: Coat,
  { width, top }: Landmarks,
): (side: number) => string {
  const height = dice.between(52, 80);
  const spread = dice.between(0.66, 0.86);
  const pink = darker(dice.pick(pinks), coat.pattern === 'mask' ? 0.35 : 0.08);
  const inside = linear(sheet, [pink, darker(pink, 0.45)]);
  return (side) => {
    const tip: Point = [width * spread + dice.between(-5, 7), -top - height * dice.between(0.9, 1.05)];
    const [near, far]: [Point, Point] = [
      [width * 0.14, -top * 0.9],
      [width * 0.97, -top * 0.28],
    ];
    const shape = (scale: number): string => {
      const base: Point = [(near[0] + far[0]) / 2, (near[1] + far[1]) / 2 + 4];
      const at = ([x, y]: Point): string =>
        rounded`${side * (base[0] + (x - base[0]) * scale)} ${base[1] + (y - base[1]) * scale}`;
      const swell: Point = [near[0] + (tip[0] - near[0]) * 0.42, near[1] + (tip[1] - near[1]) * 0.68];
      const brim: Point = [far[0] + 9, far[1] + (tip[1] - far[1]) * 0.6];
      return `M${at(near)}Q${at(swell)} ${at(tip)}Q${at(brim)} ${at(far)}Z`;
    };
    const fill = earFill(sheet, coat.ears[side < 0 ? 0 : 1]);
    const root: Point = [width * 0.46, -top * 0.72];
    const tuft = times(4, (i) => {
      const x = (tip[0] - root[0]) * 0.5 + i * 3 - 7.5;
      const y = (tip[1] - root[1]) * dice.between(0.35, 0.6);
      return rounded`M${side * (root[0] + (i - 1) * 6)} ${root[1]}q${side * 2} -14 ${side * x} ${y}`;
    });
    return (
      path(shape(1), { fill, stroke: fill, 'stroke-width': 5, 'stroke-linejoin': 'round' }) +
      path(shape(0.72), { fill: inside }) +
      stroke(tuft.join(''), lighter(coat.muzzle, 0.3), 2.4, { opacity: 0.5 })
    );
  };
}
