// A picture file's pixels: what Pillow gives for `Image.open(file).convert('RGB')`, which is what torchvision loads.
// Opening this module sets sharp up for the whole process: no cache, one thread a picture.

import sharp, { type Sharp } from 'sharp';
import { readPictureFile } from './pictureFile.js';
import { type PictureFormat, recognizeFormat } from './pictureFormat.js';
import { endsEarly, isFourColourJpeg, isGrey16Png } from './pictureHeader.js';
import { UnreadablePicture } from './unreadable.js';

export { UnreadablePicture };

export interface DecodedPicture {
  /** [height, width, 3]: red, green, blue. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

sharp.cache(false);
sharp.concurrency(1); // the pictures are decoded side by side
sharp.simd(true);

/** Beyond twice its MAX_IMAGE_PIXELS, Pillow takes a picture for an attack, and raises. */
const pixelLimit = 178_956_970;

/**
 * Decodes a JPEG, PNG, WebP or TIFF file (a path, or its bytes): the format is that of its content, whatever its name.
 *
 * As in Pillow, colour profiles are ignored, and so is EXIF's orientation but in a TIFF; alpha is dropped as it is;
 * 16-bit colours keep their high byte, but 16-bit grey is cut at 255; of several frames the first is taken. Throws
 * UnreadablePicture.
 */
export async function decodePicture(source: string | Uint8Array): Promise<DecodedPicture> {
  const bytes = typeof source === 'string' ? await readPictureFile(source) : source;
  const format = recognizeFormat(bytes);
  try {
    return await decoders[await kindOf(format, bytes)](open(format, bytes));
  } catch (error) {
    if (error instanceof UnreadablePicture) throw error;
    throw new UnreadablePicture(reasonFor((error as Error).message, format, bytes));
  }
}

/**
 * `failOn`: stray bytes in a JPEG, an odd header, a wrong checksum in a PNG pass, as in Pillow; a file that ends early
 * does not, and of a TIFF that is only noticed by the stricter level.
 */
const open = (format: PictureFormat, bytes: Uint8Array): Sharp =>
  sharp(bytes, {
    failOn: format === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: pixelLimit,
    ignoreIcc: true,
    autoOrient: format === 'tiff',
  });

type Kind = 'rgb' | 'cmyk' | 'grey16';

/** How the pixels lie in the file: all but two kinds sharp turns into RGB as Pillow does. */
async function kindOf(format: PictureFormat, bytes: Uint8Array): Promise<Kind> {
  if (format === 'jpeg') return isFourColourJpeg(bytes) ? 'cmyk' : 'rgb';
  if (format === 'png') return isGrey16Png(bytes) ? 'grey16' : 'rgb';
  if (format === 'webp') return 'rgb';
  const { space, depth, channels } = await open(format, bytes).metadata();
  // A TIFF can hold almost anything: what Pillow refuses, or reads otherwise than sharp does, is refused.
  const known = channels <= 4 && tiffDepths[space]?.includes(depth) && !(space === 'grey16' && channels > 1);
  if (!known) throw new UnreadablePicture(`an unusual TIFF: ${channels} channels of ${depth}, ${space}`);
  return space === 'cmyk' || space === 'grey16' ? space : 'rgb';
}

/** The number formats, by colour space, that come out as from Pillow. */
const tiffDepths: Readonly<Record<string, readonly string[]>> = {
  srgb: ['uchar'],
  rgb16: ['ushort'],
  'b-w': ['uchar', 'int', 'uint', 'float'],
  grey16: ['ushort', 'short'],
  cmyk: ['uchar'],
};

const decoders: Record<Kind, (picture: Sharp) => Promise<DecodedPicture>> = {
  async rgb(picture) {
    const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new UnreadablePicture(`${info.channels} channels, where 3 were expected`);
    return { data, width: info.width, height: info.height };
  },

  /** sharp would go by a colour profile; Pillow multiplies: cmyk2rgb in src/libImaging/Convert.c. */
  async cmyk(picture) {
    const raw = picture.removeAlpha().pipelineColourspace('cmyk').toColourspace('cmyk').raw();
    const { data: inks, info } = await raw.toBuffer({ resolveWithObject: true });
    const data = new Uint8Array(info.width * info.height * 3);
    for (let from = 0, to = 0; to < data.length; from += 4) {
      const light = 255 - inks[from + 3]!;
      for (let ink = 0; ink < 3; ink++) {
        const product = inks[from + ink]! * light + 128;
        data[to++] = light - (((product >> 8) + product) >> 8);
      }
    }
    return { data, width: info.width, height: info.height };
  },

  /** Pillow holds 16-bit grey as integers, and cuts them off at 255 on the way to RGB. */
  async grey16(picture) {
    const raw = picture.removeAlpha().toColourspace('grey16').raw({ depth: 'ushort' });
    const { data: levels, info } = await raw.toBuffer({ resolveWithObject: true });
    const values = new Uint16Array(levels.buffer, levels.byteOffset, info.width * info.height);
    const data = new Uint8Array(values.length * 3);
    for (let i = 0; i < values.length; i++) {
      const level = Math.min(values[i]!, 255);
      data[3 * i] = level;
      data[3 * i + 1] = level;
      data[3 * i + 2] = level;
    }
    return { data, width: info.width, height: info.height };
  },
};

/** The decoders' own words are long, name their sources, and get mixed up when several pictures fail at once. */
function reasonFor(message: string, format: PictureFormat, bytes: Uint8Array): string {
  if (/pixel limit/.test(message)) return `more than ${pixelLimit.toLocaleString('en')} pixels`;
  if (/memory/i.test(message)) return 'too large for the memory that is free';
  return endsEarly(format, bytes) ? 'truncated' : `a damaged ${format.toUpperCase()}`;
}
