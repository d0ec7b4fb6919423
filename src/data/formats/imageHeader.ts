// The header fields that decide how an image is decoded. Reading them here takes a microsecond; sharp's metadata()
// would open every image a second time.

import type { SharpFormat } from './imageFormat.js';

/** Whether the IHDR chunk, always the first one, says 16-bit grey without alpha. */
export const isGrey16Png = (bytes: Uint8Array): boolean => bytes[24] === 16 && bytes[25] === 0;

/** Whether a JPEG has four components: CMYK, or YCCK, which decodes to CMYK. */
export function isFourColourJpeg(bytes: Uint8Array): boolean {
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes[at] === 0xff ? bytes[at + 1]! : 0;
    if (marker === 0 || marker === 0xff) {
      at += 1; // fill and stray bytes, which decoders skip too
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // a marker without a segment
    } else if (marker === 0xda || marker === 0xd9) {
      return false; // the scan or the end of the image
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return bytes[at + 9] === 4;
    } else {
      at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    }
  }
  return false;
}

const startOfScan = Buffer.of(0xff, 0xda);
const endOfImage = Buffer.of(0xff, 0xd9);

/** Whether a file is truncated, as far as its structure shows. */
export function endsEarly(format: SharpFormat, bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 8) return true;
  // Entropy-coded data never contains this marker, so it must follow the start of the last scan.
  if (format === 'jpeg') return view.lastIndexOf(endOfImage) < Math.max(0, view.lastIndexOf(startOfScan));
  if (format === 'png') return !view.subarray(-64).includes('IEND');
  if (format === 'webp') return view.readUInt32LE(4) + 8 > bytes.length;
  if (format === 'gif') return view.at(-1) !== 0x3b; // the trailer
  if (format === 'avif') return false; // its boxes would have to be read
  // The offset of the first directory, which most programs write after the pixels.
  return (bytes[0] === 0x49 ? view.readUInt32LE(4) : view.readUInt32BE(4)) >= bytes.length;
}
