// A drawn face as a photograph would hold it: a lens' blur, a light's colour, a sensor's noise, JPEG.

import sharp from 'sharp';
import { MersenneTwister } from '../random/generator.js';
import { rollDice } from './dice.js';
import { drawFace, type Kind } from './face.js';

/** The camera's chances are another stream than the drawing's, so that one may change without the other. */
const cameraSeed = (seed: number): number => (seed ^ 0x5ca1ab1e) >>> 0;

/** `drawFace(kind, seed)` as a JPEG's bytes: the same on every run; another version of sharp may differ. */
export async function renderFace(kind: Kind, seed: number): Promise<Buffer> {
  const dice = rollDice(cameraSeed(seed));
  const drawing = sharp(Buffer.from(drawFace(kind, seed))).flatten();
  if (dice.chance(0.5)) drawing.blur(dice.between(0.4, 1.3));
  const { data, info } = await drawing.raw().toBuffer({ resolveWithObject: true });
  const exposure = dice.around(0.78, 1.28);
  const warmth = dice.around(-0.12, 0.12);
  const contrast = dice.around(0.8, 1.15);
  const gain = exposure * contrast;
  const gains = [gain * (1 + warmth), gain * dice.around(0.97, 1.03), gain * (1 - warmth)] as const;
  const levels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  expose(levels, gains, 118 * (1 - contrast), dice.between(1, 9), seed);
  const { width, height } = info;
  const quality = Math.round(dice.between(62, 95));
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/**
 * Develops [n, 3] RGB levels in place: value * gain + offset + noise of about `grain` levels' deviation. One
 * draw serves a pixel: the sum of its four bytes is close to a normal distribution (deviation 148), and
 * single bytes (deviation 74) differ from channel to channel. The array rounds and clamps.
 */
function expose(
  levels: Uint8ClampedArray,
  gains: readonly [number, number, number],
  offset: number,
  grain: number,
  seed: number,
): void {
  const generator = new MersenneTwister(seed);
  const [red, green, blue] = gains;
  const [shared, own] = [grain / 148, (grain * 0.4) / 74];
  const middle = offset - 510 * shared - 127.5 * own;
  for (let i = 0; i < levels.length; i += 3) {
    const draw = generator.uint32();
    const first = draw & 255;
    const second = (draw >>> 8) & 255;
    const third = (draw >>> 16) & 255;
    const light = middle + (first + second + third + (draw >>> 24)) * shared;
    levels[i] = levels[i]! * red + light + first * own;
    levels[i + 1] = levels[i + 1]! * green + light + second * own;
    levels[i + 2] = levels[i + 2]! * blue + light + third * own;
  }
}
