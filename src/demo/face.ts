// One image as an SVG document: scene, animal, foreground, light.

import { drawCat } from './cat.js';
import { type Dice, rollDice } from './dice.js';
import { drawDog } from './dog.js';
import { cover, type Frame } from './frame.js';
import { veil } from './palette.js';
import { drawCollar, drawForeground } from './props.js';
import { drawScene } from './scene.js';
import { element, group, newSheet, path, radial, rounded, type Sheet } from './svg.js';

/** The two classes of the sample, as PetImages names them. */
export const kinds = ['Cat', 'Dog'] as const;
export type Kind = (typeof kinds)[number];

/**
 * A cat's or a dog's face as an SVG document of about 320 x 280 pixels. The same kind and seed give the same
 * text. `seed` is an integer, of which the low 32 bits count.
 */
export function drawFace(kind: Kind, seed: number): string {
  const dice = rollDice(seed);
  const sheet = newSheet();
  const height = Math.round(dice.around(230, 330));
  const frame: Frame = { width: Math.round(height * dice.around(0.88, 1.42)), height };
  const scene = drawScene(dice, sheet, frame);
  const place = placeHead(dice, frame);
  const turn = { yaw: dice.around(-1, 1), nod: dice.around(-0.8, 0.8) };
  const draw = kind === 'Cat' ? drawCat : drawDog;
  const animal = group({ transform: place }, draw(dice, sheet, turn, drawCollar(dice)));
  const front = drawForeground(dice, sheet, frame) + drawLight(dice, sheet, frame);
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...frame, viewBox: `0 0 ${frame.width} ${height}` },
    sheet.definitions(),
    scene,
    animal,
    front,
  );
}

/** Where the head is: mostly whole, near the middle and upright; sometimes tilted, or cut by the frame. */
function placeHead(dice: Dice, { width, height }: Frame): string {
  const size = (Math.min(width, height) / 200) * dice.around(0.56, 0.94);
  const stray = dice.chance(0.15) ? 0.24 : 0.1;
  const x = width * (0.5 + dice.around(-stray, stray));
  const y = height * (0.57 + dice.around(-stray, stray) * 0.7);
  const tilt = dice.chance(0.12) ? dice.between(-32, 32) : dice.around(-16, 16);
  const stretch = dice.between(0.94, 1.06);
  const skew = dice.around(-5, 5);
  const scale = `${(size * stretch).toFixed(2)} ${(size / stretch).toFixed(2)}`;
  return rounded`translate(${x} ${y}) rotate(${tilt}) skewX(${skew}) scale(${scale})`;
}

/** Light from one side, and the darker corners of a lens. */
function drawLight(dice: Dice, sheet: Sheet, frame: Frame): string {
  const from = { cx: dice.between(0, 1), cy: dice.between(-0.1, 0.4), r: 0.9 };
  const glow = radial(sheet, [veil('#fff2d0', dice.between(0, 0.3)), veil('#fff2d0', 0)], from);
  const corners = radial(sheet, [veil('#0a0810', 0), veil('#0a0810', dice.between(0, 0.36))], { r: 0.75 });
  return path(cover(frame), { fill: glow }) + path(cover(frame), { fill: corners });
}
