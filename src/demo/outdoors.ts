// Scenes under the sky: a lawn, hills, lights between leaves.

import { type Dice, times } from './dice.js';
import { type Frame, type Scene, wash } from './frame.js';
import { blob } from './outline.js';
import { brights, darker, greens, lighter, mix } from './palette.js';
import { ellipse, linear, path, rounded, stroke } from './svg.js';

/** Blades of grass that stand on y in [from, to]. */
export function grass(dice: Dice, { width }: Frame, from: number, to: number, count: number): string {
  const blades = (colour: string) =>
    stroke(
      times(count / 2, () => {
        const high = dice.between(8, 24);
        const base = rounded`${dice.between(-5, width + 5)} ${dice.between(from, to)}`;
        return rounded`M${base}q${dice.between(-3, 3)} ${-high * 0.6} ${dice.between(-9, 9)} ${-high}`;
      }).join(''),
      colour,
      dice.between(1.5, 2.6),
    );
  const green = dice.pick(greens);
  return blades(darker(green, 0.2)) + blades(lighter(green, 0.2));
}

export const lawn: Scene = (dice, sheet, frame) => {
  const { width, height } = frame;
  const edge = height * dice.between(0.3, 0.65);
  const far = dice.pick(['#bcd6e6', '#e6dcc0', '#9fc0a0', '#c9b7a0']);
  const green = dice.pick(greens);
  const bushes = times(7, (i) =>
    path(blob(dice, [(i / 6) * width, edge], width * 0.14, height * dice.between(0.1, 0.25)), {
      fill: darker(dice.pick(greens), dice.between(0, 0.35)),
    }),
  );
  const ground = linear(sheet, [mix(green, '#e6e0a0', 0.25), darker(green, 0.3)]);
  return [
    wash(sheet, frame, [far, lighter(far, 0.4)]),
    ...bushes,
    path(rounded`M-20 ${edge}H${width + 20}V${height + 20}H-20Z`, { fill: ground }),
    grass(dice, frame, edge + 6, height + 12, 130),
  ];
};

export const hills: Scene = (dice, sheet, frame) => {
  const { width, height } = frame;
  const sky = dice.pick(['#8fbfe0', '#f0b890', '#c0d0dc', '#e8d0d8']);
  const tint = dice.pick([...greens, '#b8905a', '#8a8fa8']);
  const layers = times(3, (i) => {
    const y = height * (0.45 + 0.17 * i);
    const swing = height * dice.between(-0.16, 0.16);
    const ridge = rounded`${width * 0.3} ${y - swing} ${width * 0.65} ${y + swing} ${width + 20} ${y}`;
    const d = rounded`M-20 ${y}C${ridge}V${height + 20}H-20Z`;
    return path(d, { fill: mix(tint, lighter(sky, 0.3), 0.6 - 0.28 * i) });
  });
  const sun = ellipse(dice.between(0, width), dice.between(0, height * 0.4), 22, 22, {
    fill: '#fff2c8',
    opacity: 0.85,
  });
  return [wash(sheet, frame, [sky, lighter(sky, 0.6)]), sun, ...layers];
};

export const bokeh: Scene = (dice, sheet, frame) => {
  const { width, height } = frame;
  const base = dice.pick([...greens, '#4a4258', '#7a5a3a', '#3a5060']);
  const spots = times(dice.between(12, 24), () => {
    const size = dice.between(8, 34);
    const fill = dice.chance(0.3) ? dice.pick(brights) : lighter(base, dice.between(0.2, 0.7));
    const at = [dice.between(0, width), dice.between(0, height)] as const;
    return ellipse(at[0], at[1], size, size, { fill, opacity: dice.between(0.15, 0.45) });
  });
  return [wash(sheet, frame, [lighter(base, 0.15), darker(base, 0.4)]), ...spots];
};
