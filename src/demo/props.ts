// Things that come along: a collar or a scarf on the neck, a leaf or grass before the lens.

import type { Dice } from './dice.js';
import type { Frame } from './frame.js';
import { grass } from './outdoors.js';
import { brights, darker, greens, lighter } from './palette.js';
import { ellipse, group, linear, path, rounded, type Sheet, stroke } from './svg.js';

/** Something around the neck, in the head's units; often nothing. */
export function drawCollar(dice: Dice): string {
  const colour = dice.pick(brights);
  const kind = dice.weighted({ none: 6, collar: 3, scarf: 1 });
  if (kind === 'none') return '';
  if (kind === 'scarf') {
    return group(
      {},
      path('M-84 78Q0 130 84 78L92 100Q0 160-92 100Z', { fill: colour }),
      path('M-60 112Q0 150 60 112L4 196Z', { fill: darker(colour, 0.15) }),
    );
  }
  const tag = dice.chance(0.6)
    ? ellipse(0, 134, 11, 11, { fill: '#e8c04a', stroke: '#8a6a1a', 'stroke-width': 2 })
    : '';
  return stroke('M-82 86Q0 146 82 86', colour, 15, { 'stroke-linecap': 'butt' }) + tag;
}

/** Something between the face and the lens, at the image's edge; mostly nothing. */
export function drawForeground(dice: Dice, sheet: Sheet, frame: Frame): string {
  const { width, height } = frame;
  const kind = dice.weighted({ none: 14, grass: 2, leaf: 3, ball: 1 });
  if (kind === 'none') return '';
  if (kind === 'grass') return grass(dice, frame, height, height + 14, 60);
  const [x, y] = [dice.chance(0.5) ? 0 : width, height * dice.between(0.1, 0.95)];
  if (kind === 'ball') {
    const colour = dice.pick(brights);
    return ellipse(dice.between(0.1, 0.9) * width, height + 8, 34, 34, {
      fill: linear(sheet, [lighter(colour, 0.3), darker(colour, 0.3)]),
    });
  }
  const green = dice.pick(greens);
  const turn = (x === 0 ? 0 : 180) + dice.between(-40, 40);
  return group(
    {
      transform: rounded`translate(${x} ${y}) rotate(${turn}) scale(${dice.between(0.7, 1.2).toFixed(2)})`,
      opacity: 0.95,
    },
    path('M-20 0C10-34 60-34 92 0C60 34 10 34-20 0Z', { fill: green }),
    stroke('M-20 0H84M10 0l16-14M10 0l16 14M40 0l14-12M40 0l14 12', darker(green, 0.35), 1.8),
  );
}
