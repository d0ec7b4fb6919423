// Converts sharp's output to Pillow's RGB, depending on the kind of pixels in the file.

import type { Sharp } from 'sharp';
import { allocate, type DecodedImage } from '../decodedImage.js';
import type { Grey16 } from '../transforms/preprocessing.js';
import { UnreadableImage } from '../unreadable.js';

/** The kind of pixels in a file. */
export type PixelKind = 'rgb' | 'grey16' | 'whiteIs0Grey16' | 'cmyk' | 'cmyk16';

/** The equivalents of Pillow's `convert('RGB')`. sharp's own conversion differs for all kinds but `rgb`. */
export const takePixels: Readonly<
  Record<PixelKind, (image: Sharp, grey16: Grey16) => Promise<DecodedImage>>
> = {
  async rgb(image) {
    const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new UnreadableImage(`expected 3 channels but found ${info.channels}`);
    return { data, width: info.width, height: info.height };
  },

  grey16: (image, grey16) => (grey16 === 'scale' ? scaledGrey(image) : clippedGrey(image, false)),
  whiteIs0Grey16: (image, grey16) => (grey16 === 'scale' ? scaledGrey(image) : clippedGrey(image, true)),

  async cmyk(image) {
    const { data, info } = await inks(image).raw().toBuffer({ resolveWithObject: true });
    return { data: cmykToRgb(data), width: info.width, height: info.height };
  },

  /** As in Pillow, only the high bytes are used. */
  async cmyk16(image) {
    const { data, info } = await inks(image).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
    const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    const high = allocate(values.length);
    for (let i = 0; i < values.length; i++) high[i] = values[i]! >> 8;
    return { data: cmykToRgb(high), width: info.width, height: info.height };
  },
};

const inks = (image: Sharp): Sharp => image.removeAlpha().pipelineColourspace('cmyk').toColourspace('cmyk');

/** sharp would apply a colour profile; Pillow multiplies: cmyk2rgb in src/libImaging/Convert.c. */
function cmykToRgb(inks: Uint8Array): Uint8Array {
  const data = allocate((inks.length / 4) * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    const light = 255 - inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) {
      const product = inks[from + ink]! * light + 128;
      data[to++] = light - (((product >> 8) + product) >> 8);
    }
  }
  return data;
}

/**
 * Pillow stores 16-bit grey as integers and clips them at 255 in the conversion to RGB. It does not invert values where
 * white is 0; sharp does, which `inverted` undoes.
 */
async function clippedGrey(image: Sharp, inverted: boolean): Promise<DecodedImage> {
  let clipped = false;
  const decoded = await grey(image, (value) => {
    const level = inverted ? 65535 - value : value;
    if (level <= 255) return level;
    clipped = true;
    return 255;
  });
  return { ...decoded, clipped };
}

const scaledGrey = (image: Sharp): Promise<DecodedImage> => grey(image, (value) => Math.round(value / 257));

/** Grey pixels of the byte that `level` gives for each 16-bit value. */
async function grey(image: Sharp, level: (value: number) => number): Promise<DecodedImage> {
  const raw = image.removeAlpha().toColourspace('grey16').raw({ depth: 'ushort' });
  const { data: levels, info } = await raw.toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(levels.buffer, levels.byteOffset, info.width * info.height);
  const data = allocate(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const byte = level(values[i]!);
    data[3 * i] = byte;
    data[3 * i + 1] = byte;
    data[3 * i + 2] = byte;
  }
  return { data, width: info.width, height: info.height };
}
