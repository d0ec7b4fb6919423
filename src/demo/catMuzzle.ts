// A cat's muzzle: two pads, a small nose, a smile, whiskers.

import type { Coat } from './coat.js';
import type { Dice } from './dice.js';
import { whiskers } from './head.js';
import { darker, ink, lighter, pinks, white } from './palette.js';
import type { Landmarks } from './pattern.js';
import { ellipse, path, radial, rounded, type Sheet, stroke } from './svg.js';

export function catMuzzle(dice: Dice, sheet: Sheet, coat: Coat, { muzzle: [, y] }: Landmarks): string {
  const [rx, ry] = [dice.between(22, 29), dice.between(17, 21)];
  const pad = radial(sheet, [lighter(coat.muzzle, 0.25), coat.muzzle, darker(coat.muzzle, 0.22)], {
    cy: 0.35,
    r: 0.7,
  });
  const noseColour = dice.chance(0.65) ? dice.pick(pinks) : darker(coat.base, 0.8);
  const size = dice.between(11, 14.5);
  const noseY = y - ry * 0.95;
  const nose =
    rounded`M${-size} ${noseY - 5}Q0 ${noseY - 10} ${size} ${noseY - 5}` +
    rounded`Q${size * 0.7} ${noseY + 4} 0 ${noseY + 9}Q${-size * 0.7} ${noseY + 4} ${-size} ${noseY - 5}Z`;
  const smile = dice.between(5, 10);
  const mouthY = noseY + 18;
  const mouth = [-1, 1].map(
    (side) => rounded`M0 ${noseY + 9}L0 ${mouthY}q${side * 4} ${smile} ${side * 19} ${smile - 2}`,
  );
  const tongue = dice.chance(0.07)
    ? path(rounded`M-6 ${mouthY + 5}L-5 ${mouthY + 14}Q0 ${mouthY + 20} 5 ${mouthY + 14}L6 ${mouthY + 5}Z`, {
        fill: '#e8828a',
      })
    : '';
  const freckles = [-1, 1].flatMap((side) =>
    [0, 1, 2, 3].map((i) =>
      ellipse(side * (14 + (i % 2) * 9), y - 3 + i * 4, 1.2, 1.2, { fill: ink, opacity: 0.5 }),
    ),
  );
  return [
    path(rounded`M-9 ${noseY - 34}Q0 ${noseY - 42} 9 ${noseY - 34}L14 ${noseY}L-14 ${noseY}Z`, {
      fill: white,
      opacity: 0.1,
    }),
    ellipse(0, y + ry * 0.95, rx * 0.7, ry * 0.75, { fill: darker(coat.muzzle, 0.08) }),
    tongue,
    ...[-1, 1].map((side) => ellipse(side * rx * 0.78, y, rx, ry, { fill: pad })),
    path(nose, { fill: noseColour, stroke: darker(noseColour, 0.45), 'stroke-width': 1.5 }),
    stroke(mouth.join(''), ink, 2.6, { opacity: 0.8 }),
    ...freckles,
    whiskers(dice, [rx * 1.05, y], dice.between(65, 100), coat),
  ].join('');
}
