// The decoders of BMP and Netpbm; what is read of other images' headers before sharp sees them; and sharp itself.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { decodeImage, UnreadableImage } from '../../../dist/data/decode.js';
import { decodeBmp } from '../../../dist/data/formats/bmp.js';
import { readBmpHeader } from '../../../dist/data/formats/bmpHeader.js';
import { endsEarly } from '../../../dist/data/formats/endsEarly.js';
import { isGrey16 } from '../../../dist/data/formats/grey16.js';
import { recognizeFormat } from '../../../dist/data/formats/imageFormat.js';
import { isFourColourJpeg } from '../../../dist/data/formats/imageHeader.js';
import { decodeNetpbm } from '../../../dist/data/formats/netpbm.js';
import { tiffKind, withValidOrientation } from '../../../dist/data/formats/tiffKind.js';
import { root } from '../../support.js';
import type { FuzzParser } from '../parser.js';

/** Small files of every kind, written by test/data/formats/pillowDecode.py. */
const built: Record<string, { file: string; decoded: unknown }> = JSON.parse(
  gunzipSync(readFileSync(join(root, 'test', 'golden', 'builtImages.json.gz'))).toString(),
);

/** Those that can be decoded. */
const files = (ending: RegExp) =>
  Object.entries(built)
    .filter(([name, { decoded }]) => ending.test(name) && typeof decoded !== 'string')
    .map(([, { file }]) => Buffer.from(file, 'base64'));

const isRefusal = (error: unknown) => error instanceof UnreadableImage;

/** Up to Pillow's limit of 178,956,970, many pixels take their time; what is looked for shows on few. */
const manyPixels = 1e6;

export const bmp: FuzzParser = {
  name: 'bmp',
  seeds: () => files(/\.bmp$/),
  parse: (bytes) => {
    const { width, height } = readBmpHeader(bytes);
    return width * height > manyPixels ? undefined : decodeBmp(bytes);
  },
  isRefusal,
};

export const netpbm: FuzzParser = {
  name: 'netpbm',
  seeds: () => files(/^P[1-6].*\.pnm$/),
  parse: decodeNetpbm,
  isRefusal,
};

export const imageHeaders: FuzzParser = {
  name: 'image-headers',
  seeds: () => accepted(/\.(jpg|png|webp|tif|pnm)$/, readHeader),
  parse: readHeader,
  isRefusal,
};

function readHeader(bytes: Buffer): void {
  const format = recognizeFormat(bytes);
  isGrey16(bytes);
  if (format === 'bmp' || format === 'netpbm') return;
  isFourColourJpeg(bytes);
  endsEarly(format, bytes);
  if (format === 'tiff') {
    tiffKind(bytes);
    withValidOrientation(bytes);
  }
}

/** Without the few that Pillow alone decodes. */
async function accepted(ending: RegExp, parse: (bytes: Buffer) => unknown): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const file of files(ending)) {
    try {
      await parse(file);
      found.push(file);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return found;
}

/** Slow beside the others: sharp decodes in threads of its own. */
export const image: FuzzParser = {
  name: 'image',
  seeds: () => accepted(/\.(jpg|png|webp|tif)$/, decodeImage),
  parse: async (bytes) => {
    recognizeFormat(bytes);
    const claimed = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch(() => undefined);
    if (claimed && claimed.width * claimed.height > manyPixels) return undefined;
    return decodeImage(bytes);
  },
  isRefusal,
};
