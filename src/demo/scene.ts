// What is behind the face: rooms and gardens, out of focus.

import type { Dice } from './dice.js';
import { cover, type Frame, type Scene, wash } from './frame.js';
import { shelf, sofa, wallpaper, window } from './indoors.js';
import { bokeh, hills, lawn } from './outdoors.js';
import { veil, walls } from './palette.js';
import { path, radial, type Sheet, use } from './svg.js';

const studio: Scene = (dice, sheet, frame) => {
  const [near, far] = [dice.pick(walls), dice.pick(walls)];
  const at = { cx: dice.between(0.2, 0.8), cy: dice.between(0.1, 0.6), r: 0.8 };
  const glow = radial(sheet, [veil('#fff6e0', 0.55), veil('#fff6e0', 0)], at);
  return [wash(sheet, frame, [near, far]), path(cover(frame), { fill: glow })];
};

const scenes = { studio, bokeh, hills, lawn, shelf, sofa, wallpaper, window };
const odds = { studio: 2, bokeh: 2, hills: 2, lawn: 3, shelf: 2, sofa: 3, wallpaper: 2, window: 2 };

export function drawScene(dice: Dice, sheet: Sheet, frame: Frame): string {
  const parts = scenes[dice.weighted(odds)](dice, sheet, frame);
  if (dice.chance(0.5)) return parts.join('');
  const scene = sheet.define('g', {}, ...parts);
  const blur = sheet.define(
    'filter',
    { x: 0, y: 0, width: 1, height: 1, 'color-interpolation-filters': 'sRGB' },
    `<feGaussianBlur stdDeviation="${dice.pick([2, 3])}"/>`,
  );
  // A blur lets the frame's edges fade; the sharp scene behind it fills them.
  return use(scene) + use(scene, { filter: blur });
}
