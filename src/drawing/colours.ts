// Values as colours. Both scales grow darker or lighter all the way, so that they can be read without telling hues apart.

import type { Pixels } from './page.js';

type Colour = readonly [red: number, green: number, blue: number];

/** Nearly white to dark, evenly spaced. */
const warm: readonly Colour[] = [
  [250, 249, 246],
  [253, 206, 130],
  [238, 130, 50],
  [178, 62, 10],
  [84, 22, 4],
];
const cold: readonly Colour[] = [
  [250, 249, 246],
  [170, 204, 232],
  [80, 146, 200],
  [22, 86, 146],
  [6, 36, 80],
];
/** Dark to bright: matplotlib's inferno, at nine places (CC0). */
const glow: readonly Colour[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

function between(scale: readonly Colour[], share: number): Colour {
  const place = Math.min(Math.max(share, 0), 1) * (scale.length - 1);
  const index = Math.min(Math.floor(place), scale.length - 2);
  const [from, to] = [scale[index]!, scale[index + 1]!];
  const mixed = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (place - index));
  return [mixed(0), mixed(1), mixed(2)];
}

/** The colour of a value from -1 to 1: nothing is nearly white, more is orange to brown, less is blue. */
export const signedColour = (value: number): Colour => between(value < 0 ? cold : warm, Math.abs(value));

/** The colour of a heat from 0 to 1. */
export const heatColour = (heat: number): Colour => between(glow, 0.25 + 0.75 * heat);

/** [height, width] values in `signedColour`, the one furthest from 0 in the darkest; white where that is no number. */
export function colourMap(values: Float32Array, width: number): Pixels {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const rgb = new Uint8Array(values.length * 3);
  values.forEach((value, i) => {
    rgb.set(signedColour(most > 0 && most < Infinity ? value / most : 0), 3 * i);
  });
  return { width, height: values.length / width, rgb };
}
