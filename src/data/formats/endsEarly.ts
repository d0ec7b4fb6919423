// Whether a file is complete.

import type { SharpFormat } from './imageFormat.js';

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
