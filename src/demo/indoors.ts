// Scenes in a room: a sofa with cushions, wallpaper, a window, a shelf of books.

import { type Dice, times } from './dice.js';
import { cover, type Frame, type Scene, wash } from './frame.js';
import { brights, cloths, darker, lighter, walls } from './palette.js';
import { ellipse, linear, path, rounded, type Sheet, stroke } from './svg.js';

const box = (x: number, y: number, width: number, height: number, round: number, fill: string): string =>
  rounded`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}" fill="${fill}"/>`;

const wall = (dice: Dice, sheet: Sheet, frame: Frame): string => {
  const colour = dice.pick(walls);
  const slant = [0, 0, dice.between(0, 1), 1] as const;
  return wash(sheet, frame, [lighter(colour, 0.2), darker(colour, 0.2)], slant);
};

export const sofa: Scene = (dice, sheet, frame) => {
  const { width, height } = frame;
  const cloth = dice.pick(cloths);
  const back = height * dice.between(0.08, 0.4);
  const fill = linear(sheet, [lighter(cloth, 0.15), darker(cloth, 0.35)]);
  const seams = times(4, (i) => rounded`M${(width * i) / 3} ${back + 8}V${height + 10}`);
  const weave = times(height / 7, (i) => `M-10 ${i * 7}H${width + 10}`);
  const cushion = dice.chance(0.7)
    ? box(
        dice.between(-0.1, 0.75) * width,
        back + height * 0.25,
        width * 0.36,
        height * 0.45,
        26,
        dice.pick(cloths),
      )
    : '';
  return [
    wall(dice, sheet, frame),
    box(-20, back, width + 40, height + 40, 24, fill),
    stroke(weave.join(''), darker(cloth, 0.6), 1, { opacity: 0.25 }),
    stroke(seams.join(''), darker(cloth, 0.6), 3, { opacity: 0.6 }),
    cushion,
  ];
};

export const wallpaper: Scene = (dice, sheet, frame) => {
  const { width, height } = frame;
  const step = dice.between(20, 46);
  const colour = dice.pick(walls);
  const opacity = dice.between(0.2, 0.6);
  if (dice.chance(0.5)) {
    const bars = times(width / step + 1, (i) => rounded`M${i * step}-10V${height + 10}`);
    return [
      wall(dice, sheet, frame),
      stroke(bars.join(''), colour, step * dice.between(0.2, 0.5), { opacity }),
    ];
  }
  const dots = times((width / step + 1) * (height / step + 1), (i) => {
    const columns = Math.ceil(width / step) + 1;
    const [column, row] = [i % columns, Math.floor(i / columns)];
    return ellipse((column + (row % 2) / 2) * step, row * step, step * 0.17, step * 0.17, {
      fill: colour,
      opacity,
    });
  });
  return [wall(dice, sheet, frame), ...dots];
};

export const window: Scene = (dice, sheet, frame) => {
  const { width, height } = frame;
  const [x, y] = [width * dice.between(-0.1, 0.5), height * dice.between(-0.15, 0.15)];
  const [wide, high] = [width * dice.between(0.45, 0.8), height * dice.between(0.55, 0.85)];
  const sky = linear(sheet, [
    dice.pick(['#a8d0ee', '#f4d8a8', '#d8e4ea']),
    dice.pick(['#dcebd8', '#f6ead0', '#8fae80']),
  ]);
  const bars = rounded`M${x + wide / 2} ${y}v${high}M${x} ${y + high / 2}h${wide}`;
  const curtain = dice.pick(cloths);
  const folds = linear(sheet, [lighter(curtain, 0.2), darker(curtain, 0.2), curtain], [0, 0, 1, 0]);
  return [
    wall(dice, sheet, frame),
    box(x - 8, y - 8, wide + 16, high + 16, 3, '#efe6d8'),
    box(x, y, wide, high, 0, sky),
    stroke(bars, '#efe6d8', 6),
    box(x + wide + 4, y - 30, width * 0.2, height * 1.3, 10, folds),
  ];
};

export const shelf: Scene = (dice, _sheet, frame) => {
  const { width, height } = frame;
  const wood = dice.pick(['#8a5f3a', '#b58a5a', '#5a4030', '#d8c4a0']);
  const row = height * dice.between(0.36, 0.5);
  const parts: string[] = [];
  for (let bottom = row; bottom < height + row; bottom += row) {
    for (let x = -5; x < width; ) {
      const wide = dice.between(9, 24);
      const high = row * dice.between(0.5, 0.8);
      if (dice.chance(0.85))
        parts.push(box(x, bottom - high, wide - 1, high, 1, darker(dice.pick([...brights, ...cloths]), 0.2)));
      x += wide;
    }
    parts.push(box(-5, bottom, width + 10, 7, 0, lighter(wood, 0.15)));
  }
  return [path(cover(frame), { fill: darker(wood, 0.35) }), ...parts];
};
