// What differs between cats and dogs: the shapes of head, ears, eyes, muzzle, whiskers and tail.

import type { Choices } from './choices.js';
import type { Coat } from './coat.js';
import { curve, ellipse, fill, type Point, pair, points, stroke, svg, symmetric, times } from './svg.js';

/** SVG elements, and the outline of the head, which is about 200 units wide with its center at (0, 0). */
type Parts = Record<'tail' | 'backEars' | 'frontEars' | 'eyes' | 'muzzle', string> & { head: Point[] };

const shaded = (d: string, color: string): string => fill(d, color) + fill(d, 'url(#shade)');

/** A wide head with upright triangular ears, slit pupils, a small muzzle, long whiskers and a long tail. */
function cat({ between, chance, pick }: Choices, coat: Coat): Parts {
  const width = between(0.92, 1.1);
  const outer = shaded('M-43 -21Q-33 -80 17 -105Q55 -50 43 31Z', coat.ear);
  const inner = fill('M-29 -28Q-19 -73 16 -88Q40 -48 30 16Z', coat.pink, 0.8);
  const almond = 'M-22 4C-11 -18 13 -22 22 -4C18 16 -9 23 -22 4Z';
  const pupil = ellipse(0, 0, pick([3, 4, 7, 11]), 15, '#0d0a0c') + ellipse(-5, -6, 4, 4, '#fff');
  const eye = stroke(almond, coat.dark, 7) + fill(almond, coat.eye) + pupil;
  const whiskers = times(
    4,
    (i) => svg`M30 ${38 + i * 5}q45 ${i * 6 - 14} ${between(70, 105)} ${i * 13 - 14}`,
  );
  const curl = between(-60, 60);
  const tail = svg`M95 300C${190 + curl} 330 ${190 - curl} 220 ${150 + curl} ${between(90, 180)}`;
  return {
    head: symmetric(`0,-78 48,-74 86,-40 100,8 88,${between(42, 56)} 50,78 0,87`, width),
    tail: stroke(tail, coat.ear, between(18, 26)),
    backEars: pair(outer + inner, 57 * width, -45, between(0.85, 1.1), between(0.75, 1.3), between(-12, 10)),
    frontEars: '',
    eyes: pair(eye, 42, 0, between(0.9, 1.15), between(0.8, 1.1)),
    muzzle:
      ellipse(0, 60, 18, 14, coat.muzzle) +
      (chance(0.15) ? ellipse(0, 63, 9, 12, '#dc7480') : '') +
      pair(
        ellipse(17, 42, between(22, 27), between(16, 20), coat.muzzle) +
          stroke('M0 34V46q4 9 20 7', coat.dark, 3),
      ) +
      fill('M0 19Q16 17 14 23L5 33Q0 36 -5 33L-14 23Q-16 17 0 19Z', coat.nose) +
      pair(stroke(whiskers, chance(0.7) ? '#fff' : coat.dark, 1.8, 0.85)),
  };
}

const dogEars = {
  hanging: '-22,0 20,2 38,46 44,104 24,132 2,96 12,46',
  folded: '-42,4 -22,-24 18,-42 42,-16 50,20 18,2 -6,14',
  upright: '-44,10 -24,-54 8,-84 30,-52 32,46',
};

/** A longer head with hanging, folded or upright ears, round eyes, a large muzzle and nose, and a short tail. */
function dog({ between, chance, pick }: Choices, coat: Coat): Parts {
  const width = between(0.76, 0.96);
  const shape = pick(['hanging', 'hanging', 'hanging', 'folded', 'upright'] as const);
  const outer = curve(points(dogEars[shape]), () => coat.hair() / 2);
  const inner =
    shape === 'upright' ? fill(curve(points('-26,4 -14,-38 6,-62 18,-38 18,24')), coat.pink, 0.6) : '';
  const ear = stroke(outer, coat.dark, 3, 0.5) + shaded(outer, coat.ear) + inner;
  const ears = pair(ear, 70 * width, -76, between(0.85, 1.2), between(0.75, 1.25), between(-14, 8));
  const pupil = ellipse(0, 0, 8, 8, '#0d0a0c') + ellipse(-4, -5, 4, 4, '#fff');
  const brow = stroke('M-10 -20q10 -8 22 1', coat.dark, between(2, 5), 0.5);
  const eye = ellipse(0, 0, 16, 14, coat.dark) + ellipse(0, 0, 12, 12, coat.eye) + pupil + brow;
  const tail = svg`M95 290Q${between(130, 170)} 270 ${between(140, 190)} ${between(170, 230)}`;
  const [wide, tongue] = [between(0.85, 1.1), chance(0.45) ? between(16, 30) : 0];
  return {
    head: symmetric(`0,-84 52,-80 92,-46 100,-2 95,40 ${between(56, 80)},80 30,100 0,102`, width),
    tail: stroke(tail, coat.ear, between(18, 30)),
    backEars: shape === 'upright' ? ears : '',
    frontEars: shape === 'upright' ? '' : ears,
    eyes: pair(eye, between(34, 38), -14, between(0.9, 1.2)),
    muzzle:
      ellipse(0, 74, 26, tongue ? 25 : 15, tongue ? '#4a2022' : coat.muzzle) +
      (tongue ? ellipse(between(-6, 6), 70 + tongue, 14, tongue, '#dc7480') : '') +
      shaded(curve(symmetric('0,4 27,11 44,42 40,68 20,78 0,68', wide)), coat.muzzle) +
      pair(stroke('M0 38V68q17 16 37 0', coat.dark, 3, 0.8), 0, 0, wide, 1) +
      pair(times(4, (i) => ellipse(18 + (i % 3) * 6, 46 + i * 4, 1.6, 1.6, coat.dark, 0.6))) +
      fill(curve(symmetric('0,8 17,10 22,20 12,32 0,35', wide)), coat.nose) +
      ellipse(0, 14, 10, 3, '#fff', 0.35),
  };
}

export const species = { Cat: cat, Dog: dog };
