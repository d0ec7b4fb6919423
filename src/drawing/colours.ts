// Values as colours. Lightness is monotonic in each scale, so that it can be read without distinguishing hues.

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
/** Dark to bright: nine samples of matplotlib's inferno (CC0). */
const inferno: readonly Colour[] = [
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

function interpolate(scale: readonly Colour[], value: number): Colour {
  const position = Math.min(Math.max(value, 0), 1) * (scale.length - 1);
  const index = Math.min(Math.floor(position), scale.length - 2);
  const [from, to] = [scale[index]!, scale[index + 1]!];
  const mixed = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (position - index));
  return [mixed(0), mixed(1), mixed(2)];
}

/** The colour of a value from -1 to 1: zero is nearly white, positive is orange to brown, negative is blue. */
export const signedColour = (value: number): Colour => interpolate(value < 0 ? cold : warm, Math.abs(value));

/** The colour of a heat map's value from 0 to 1. */
export const heatColour = (heat: number): Colour => interpolate(inferno, 0.25 + 0.75 * heat);

/**
 * `values`, [height, width], in `signedColour`, scaled by the largest absolute value. White if that is 0 or not
 * finite.
 */
export function colourMap(values: Float32Array, width: number): Pixels {
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const rgb = new Uint8Array(values.length * 3);
  values.forEach((value, i) => {
    rgb.set(signedColour(largest > 0 && largest < Infinity ? value / largest : 0), 3 * i);
  });
  return { width, height: values.length / width, rgb };
}
