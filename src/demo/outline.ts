// Outlines as lists of points: mirrored halves, smooth curves through points, and the ragged edge of fur.

import { type Dice, times } from './dice.js';
import { rounded } from './svg.js';

export type Point = readonly [x: number, y: number];

/** A closed, symmetrical outline from its right half, which runs from the top of the axis to its bottom. */
export function mirrored(half: readonly Point[]): Point[] {
  const left = half.slice(1, -1).map(([x, y]): Point => [-x, y]);
  return [...half, ...left.reverse()];
}

/** Control points of the Catmull-Rom curve from points[i] to points[i + 1], as a cubic Bezier's. */
function controls(points: readonly Point[], i: number): [Point, Point, Point, Point] {
  const at = (index: number) => points[(index + points.length) % points.length]!;
  const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
  return [
    from,
    [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6],
    [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6],
    to,
  ];
}

const write = (points: readonly Point[]): string => points.map(([x, y]) => rounded`${x} ${y}`).join(' ');

/** The path data of a closed smooth curve through `points`. */
export function smooth(points: readonly Point[]): string {
  const curves = points.map((_, i) => `C${write(controls(points, i).slice(1))}`);
  return `M${write(points.slice(0, 1))}${curves.join('')}Z`;
}

/** The path data of straight lines through `points`. */
const polygon = (points: readonly Point[]): string => `M${write(points)}Z`;

/** A lumpy circle: patches of a coat, leaves of a bush. */
export function blob(dice: Dice, [cx, cy]: Point, rx: number, ry: number, lumps = 8): string {
  return smooth(
    times(lumps, (i): Point => {
      const angle = ((i + dice.between(-0.2, 0.2)) / lumps) * 2 * Math.PI;
      const reach = dice.between(0.78, 1.15);
      return [cx + Math.cos(angle) * rx * reach, cy + Math.sin(angle) * ry * reach];
    }),
  );
}

/**
 * The path data of the closed curve through `points` with an edge of fur: hairs that stand `length` units out
 * and lean down, longest at the sides and below, where real cheeks are longest.
 */
export function furry(dice: Dice, points: readonly Point[], length: number): string {
  const edge: Point[] = [];
  const steps = 9;
  points.forEach((_, i) => {
    const [a, b, c, d] = controls(points, i);
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      const s = 1 - t;
      const along = (axis: 0 | 1) =>
        s * s * s * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t * t * t * d[axis];
      const [x, y] = [along(0), along(1)];
      const distance = Math.hypot(x, y) || 1;
      const weight = 0.35 + 0.65 * Math.min(1, Math.max(0, (y + 40) / 70));
      const out = step % 2 === 0 ? 0 : length * weight * dice.between(0.5, 1.3);
      edge.push([x + (x / distance) * out, y + (y / distance) * out + out * 0.5]);
    }
  });
  return polygon(edge);
}
