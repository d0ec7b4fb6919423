// The markings of a coat on a head: stripes, blaze, mask, patches, spots, tan points, halves.

import type { Coat, Pattern } from './coat.js';
import { type Dice, times } from './dice.js';
import { blob, type Point, smooth } from './outline.js';
import { darker, ink, mix, veil, white } from './palette.js';
import { ellipse, group, path, radial, rounded, type Sheet, stroke } from './svg.js';

/** Where things are on a head whose middle is (0, 0), y down, in hundredths of about its half height. */
export interface Landmarks {
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  readonly eye: Point;
  readonly muzzle: Point;
}

type Painter = (dice: Dice, coat: Coat, head: Landmarks, sheet: Sheet) => string[];

const stripes: Painter = (dice, coat, { width, top, eye }) => {
  const colour = dice.chance(0.8) ? coat.marking : darker(coat.base, 0.5);
  const lines: string[] = [];
  for (const x of [-0.36, -0.17, 0, 0.17, 0.36]) {
    const [from, to] = [x * width, x * width * 0.5 + dice.between(-2, 2)];
    const end = -top * dice.between(0.32, 0.5);
    lines.push(rounded`M${from} ${-top * 1.05}Q${from * 0.95} ${-top * 0.7} ${to} ${end}`);
  }
  for (const side of [-1, 1]) {
    for (let i = 0; i < 3; i++) {
      const y = eye[1] + 12 + i * dice.between(14, 18);
      const inner = side * (eye[0] + 22 + i * 2);
      lines.push(rounded`M${side * width * 1.1} ${y + 12}Q${side * width * 0.85} ${y - 4} ${inner} ${y}`);
    }
  }
  const marks = lines.map((line) => stroke(line, colour, dice.between(5, 9)));
  return [group({ opacity: dice.between(0.6, 0.95) }, ...marks)];
};

const blaze: Painter = (dice, coat, { top, bottom, eye }) => {
  const narrow = dice.between(5, 12);
  const wide = dice.between(0.75, 1.25) * eye[0] + 10;
  const lean = dice.between(-6, 6);
  const half: Point[] = [
    [0, -top * dice.between(0.6, 1.2)],
    [narrow, eye[1] - 8],
    [narrow + 9, eye[1] + 22],
  ];
  const right: Point[] = [...half, [wide, eye[1] + 50], [wide * 0.9, bottom * 1.1]];
  const left = right
    .slice(1)
    .map(([x, y]): Point => [-x + lean, y])
    .reverse();
  return [path(smooth([...right, ...left]), { fill: coat.marking })];
};

const mask: Painter = (dice, coat, { width, muzzle }, sheet) => {
  const fade = radial(sheet, [coat.marking, veil(coat.marking, 0.9), veil(coat.marking, 0)]);
  const rx = width * dice.between(0.75, 1);
  return [ellipse(muzzle[0], muzzle[1] - 14, rx, rx * dice.between(0.8, 1.05), { fill: fade })];
};

const patches: Painter = (dice, coat, { width, top, eye }) => {
  const second = dice.chance(0.4) ? mix(coat.marking, '#d08a45', 0.8) : coat.marking;
  const side = dice.pick([-1, 1]);
  const list = [path(blob(dice, [side * eye[0] * 1.15, eye[1] - 6], 34, 36), { fill: coat.marking })];
  if (dice.chance(0.7)) {
    list.push(path(blob(dice, [-side * width * 0.55, -top * 0.75], 38, 30), { fill: second }));
  }
  if (dice.chance(0.5)) list.push(path(blob(dice, [side * width * 0.9, 48], 26, 30), { fill: second }));
  return list;
};

const spots: Painter = (dice, coat, { width, top, bottom }) =>
  times(dice.between(14, 34), () => {
    const size = dice.between(2, 7);
    const at: Point = [dice.between(-width, width), dice.between(-top, bottom)];
    return ellipse(at[0], at[1], size, size * dice.between(0.7, 1.1), { fill: coat.marking, opacity: 0.85 });
  });

const tan: Painter = (_dice, coat, { width, eye, muzzle }, sheet) => {
  const fade = radial(sheet, [coat.marking, veil(coat.marking, 0.9), veil(coat.marking, 0)]);
  return [-1, 1].flatMap((side) => [
    ellipse(side * eye[0] * 0.85, eye[1] - 27, 12, 9, { fill: fade }),
    ellipse(side * width * 0.55, muzzle[1] + 4, 36, 40, { fill: fade }),
  ]);
};

const halves: Painter = (dice, coat, { width, top, bottom }) => {
  const side = dice.pick([-1, 1]);
  const middle = times(5, (i): Point => [dice.between(-5, 5), -top * 1.1 + ((top + bottom) * 1.2 * i) / 4]);
  const far: Point[] = [
    [side * width * 1.5, bottom * 1.3],
    [side * width * 1.5, -top * 1.3],
  ];
  return [path(smooth([...middle, ...far]), { fill: coat.marking })];
};

const painters: Record<Pattern, Painter> = {
  solid: () => [],
  stripes,
  blaze,
  mask,
  patches,
  spots,
  tan,
  halves,
};

/** The coat's markings and its hairs; to be clipped to the head. */
export function paintPattern(dice: Dice, coat: Coat, head: Landmarks, sheet: Sheet): string[] {
  return [...painters[coat.pattern](dice, coat, head, sheet), ...hairs(dice, coat, head)];
}

/** Short hairs that flow outwards from the bridge of the nose, some in the light and some in the shade. */
function hairs(dice: Dice, coat: Coat, { width, top, bottom }: Landmarks): string[] {
  const lines: [light: string[], shade: string[]] = [[], []];
  for (let i = 0; i < 190; i++) {
    const [x, y] = [dice.between(-1, 1) * width, dice.between(-top, bottom)];
    const distance = Math.hypot(x, y + 10) || 1;
    const length = dice.between(5, 9) + coat.fluff;
    const [dx, dy] = [(x / distance) * length, ((y + 10) / distance) * length + 3];
    lines[i % 2 === 0 ? 0 : 1].push(rounded`M${x} ${y}q${dx * 0.6} ${dy * 0.3} ${dx} ${dy}`);
  }
  return [
    stroke(lines[0].join(''), white, 1.3, { opacity: 0.16 }),
    stroke(lines[1].join(''), ink, 1.3, { opacity: 0.16 }),
  ];
}
