// Backgrounds, with the same distribution for cats and dogs.

import type { Choices } from './choices.js';
import { box, ellipse, group, hsl, stroke, svg, times } from './svg.js';

/** SVG elements that fill a frame of `width` x `height`. */
export function drawScene({ between, chance, pick }: Choices, width: number, height: number): string {
  const x = (low = 0, high = 1) => between(low, high) * width;
  const y = (low = 0, high = 1) => between(low, high) * height;
  const any = (low = 25, high = 80) => hsl(between(0, 360), between(8, 42), between(low, high));
  const green = () => hsl(between(65, 140), between(20, 50), between(25, 60));
  const below = (top: number, color: string) => box(-9, top, width + 18, height, color);
  const scenes = {
    room() {
      const [step, slope, back] = [between(16, 60), pick([0, 0, 0.5, 1]) * height, y(0.1, 1)];
      const stripes = times(width / step + 20, (i) => svg`M${i * step} 0l${-slope} ${height}`);
      const wall = below(0, any()) + stroke(stripes, any(), step * between(0.05, 0.5), between(0.2, 0.7));
      const [left, top, wide, high] = [x(-0.2, 0.7), y(-0.1, 0.2), x(0.3, 0.7), y(0.3, 0.8)];
      const panes = svg`M${left} ${top}h${wide}v${high}h${-wide}zm${wide / 2} 0v${high}m${-wide / 2} ${-high / 2}h${wide}`;
      const window = box(left, top, wide, high, hsl(200, 50, between(15, 88))) + stroke(panes, '#e8e0d4', 7);
      const cushion = () => box(x(-0.1, 0.8), back + y(-0.1, 0.4), 90, 80, any(), 24);
      return wall + (chance(0.4) ? window : '') + below(back, any()) + times(between(0, 3), cushion);
    },
    shelf() {
      const row = y(0.3, 0.5);
      const book = (i: number, tall = row * between(0.5, 0.85)) => box(i * 20, -tall, 19, tall, any());
      const shelf = (i: number) => group(box(0, 0, width, 7, '#caa478') + times(24, book), 0, row * (i + 1));
      return below(0, any(15, 35)) + times(4, shelf);
    },
    lawn() {
      const [edge, sky] = [y(0.25, 0.7), hsl(pick([20, 190, 205, 215]), between(15, 55), between(45, 90))];
      const hill = (i: number) => ellipse(x(), edge, x(0.05, 0.3), y(0.03, 0.3), i < 2 ? any() : green());
      const blade = () =>
        svg`M${x()} ${between(edge, height + 20)}q0 -9 ${between(-8, 8)} -${between(8, 24)}`;
      return below(0, sky) + times(9, hill) + below(edge, green()) + stroke(times(150, blade), green(), 2);
    },
  };
  return pick([scenes.room, scenes.room, scenes.shelf, scenes.lawn, scenes.lawn])();
}
