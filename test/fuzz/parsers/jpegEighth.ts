// What check reads of a JPEG in place of decoding it: whatever it takes, the decoder has to take as well, of the same
// size.

import sharp from 'sharp';
import { readEighth } from '../../../dist/audit/jpegEighth.js';
import { decodeImage, UnreadableImage } from '../../../dist/data/decode.js';
import { colouredImage } from '../../data/colouredFolder.js';
import type { FuzzParser } from '../parser.js';

/** Damage may make an input claim far more pixels than its bytes can fill; decoding those would only take its time. */
const mostPixels = 1e6;

/** Each way in which encoders write a baseline JPEG, and with what stands before the pixels of many photos. */
export async function plainJpegs(): Promise<Buffer[]> {
  const noise = await colouredImage(0.3, 1, 75, 45);
  const image = () => sharp(noise);
  const orientation = { orientation: 6 } as const;
  const plain = await image().jpeg({ quality: 60, optimiseCoding: false }).toBuffer();
  return Promise.all([
    plain,
    image().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    image().greyscale().jpeg({ quality: 70 }).toBuffer(),
    image().withMetadata(orientation).jpeg({ quality: 50 }).toBuffer(),
    image().withIccProfile('srgb').jpeg({ quality: 40 }).toBuffer(),
    image().resize(9, 300, { fit: 'fill' }).jpeg({ quality: 50 }).toBuffer(),
    withRestarts(plain),
  ]);
}

/**
 * `jpeg`'s header with a restart marker behind each of its units, and blocks without a coefficient: what an encoder
 * that this test has does not write.
 */
function withRestarts(jpeg: Buffer): Buffer {
  const scan = jpeg.indexOf(Buffer.of(0xff, 0xda));
  const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
  const units = Math.ceil(jpeg.readUInt16BE(frame + 5) / 16) * Math.ceil(jpeg.readUInt16BE(frame + 7) / 16);
  // In the usual tables: no change of the mean is 00, the end of the block 1010 in luma, and 00 and 00 in colour.
  const unit = Buffer.of(0b00101000, 0b10100010, 0b10001010, 0b00000000);
  const blocks = Array.from({ length: units }, (_, index) =>
    Buffer.concat([unit, Buffer.of(0xff, index === units - 1 ? 0xd9 : 0xd0 + (index & 7))]),
  );
  return Buffer.concat([
    jpeg.subarray(0, scan),
    Buffer.of(0xff, 0xdd, 0, 4, 0, 1),
    jpeg.subarray(scan, scan + 2 + jpeg.readUInt16BE(scan + 2)),
    ...blocks,
  ]);
}

export const jpegEighth: FuzzParser = {
  name: 'jpeg-eighth',
  seeds: plainJpegs,
  parse: async (bytes) => {
    const eighth = readEighth(bytes, mostPixels);
    if (!eighth) throw new UnreadableImage('left to the decoder');
    const { width, height } = await decodeImage(bytes).catch((error: Error) => {
      throw new Error(`the decoder says: ${error.message}`);
    });
    if (width !== eighth.width || height !== eighth.height) throw new Error('of another size than decoded');
    return eighth;
  },
  isRefusal: (error) => error instanceof UnreadableImage,
};
