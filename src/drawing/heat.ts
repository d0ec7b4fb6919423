// A photo with heat over it: cold places grey and darker, hot places glowing.

import sharp from 'sharp';
import { heatColour } from './colours.js';
import type { Pixels } from './page.js';

/** How much of the heat's colour covers the hottest place; the photo shows through. */
const cover = 0.62;

/**
 * Lays `heat`, [side, side] from 0 to 1, over the whole of the photo, smoothly enlarged: the network saw the whole
 * photo, squashed to a square.
 */
export async function withHeat(photo: Pixels, heat: Float32Array, side: number): Promise<Pixels> {
  const { width, height, rgb } = photo;
  const levels = Uint8Array.from(heat, (value) => Math.round(value * 255));
  const smooth = await sharp(levels, { raw: { width: side, height: side, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const result = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const hot = smooth[pixel]! / 255;
    const at = 3 * pixel;
    const grey = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
    const colour = heatColour(hot);
    const share = cover * Math.min(1, hot * 1.6);
    for (let channel = 0; channel < 3; channel++) {
      const shown = (grey + (rgb[at + channel]! - grey) * (0.15 + 0.85 * hot)) * (0.75 + 0.25 * hot);
      result[at + channel] = Math.round(shown * (1 - share) + colour[channel as 0 | 1 | 2] * share);
    }
  }
  return { width, height, rgb: result };
}
