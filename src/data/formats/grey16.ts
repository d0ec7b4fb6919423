// Recognizes 16-bit grey, most of which the conversion to RGB turns white, as in Pillow.

import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { UnreadableImage } from '../unreadable.js';
import { recognizeFormat } from './imageFormat.js';
import { isGrey16Png } from './imageHeader.js';
import { isGrey16Netpbm } from './netpbm.js';
import { tiffKind } from './tiffKind.js';

/** Whether the bytes of a file are a PNG, TIFF or PGM in 16-bit grey. False for damaged files. */
export const isGrey16 = (bytes: Uint8Array): boolean =>
  ifReadable(() => {
    const format = recognizeFormat(bytes);
    if (format === 'png') return isGrey16Png(bytes);
    if (format === 'netpbm') return isGrey16Netpbm(bytes);
    return format === 'tiff' && ['grey16', 'whiteIs0Grey16'].includes(tiffKind(bytes));
  });

/** The same, without reading the whole file: the header of a TIFF may be at its end. */
export async function isGrey16File(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(new Uint8Array(4096), 0, 4096);
  const head = buffer.subarray(0, bytesRead);
  if (!ifReadable(() => recognizeFormat(head) === 'tiff')) return isGrey16(head);
  const header = sharp(path, { failOn: 'none', limitInputPixels: false }).metadata();
  return await header.then(
    ({ space }) => space === 'grey16',
    () => false,
  );
}

/** False for files that can't be read. */
function ifReadable(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof UnreadableImage) return false;
    throw error;
  }
}
