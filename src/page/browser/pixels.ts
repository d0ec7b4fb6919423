// The pixels of a photo, decoded by the browser, as `alexft predict` reads them: without colour profile, and
// rotated by the EXIF orientation only where the model wants it.

import { isFourColourJpeg, isGrey16Png, jpegSegments } from '../../data/formats/imageHeader.js';
import type { Preprocessing } from '../../data/transforms/preprocessing.js';

interface Pixels {
  /** [height, width, 3]: red, green, blue. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Whether a pixel is transparent: a canvas loses the colour under it, which alexft uses. */
  readonly transparent: boolean;
}

/** The browser holds 7 bytes per pixel. */
const mostPixels = 64e6;

/** The bytes of the canvas through which the pixels pass, in strips. */
const stripBytes = 16e6;

/** Throws an error for the user. */
export async function pixelsOf(photo: Blob, { exif = false }: Pick<Preprocessing, 'exif'>): Promise<Pixels> {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  if (isJpeg && isFourColourJpeg(bytes))
    throw new Error('A browser reads CMYK in its own way: use alexft predict.');
  if (isPng && isGrey16Png(bytes))
    throw new Error('A browser reads 16-bit grey in its own way: use alexft predict.');
  if (exif && isWebPWithExif(bytes))
    throw new Error('A browser ignores the EXIF orientation of a WebP: use alexft predict.');
  const file = new Blob(
    exif ? [bytes] : isJpeg ? withoutExifOfJpeg(bytes) : isPng ? withoutExifOfPng(bytes) : [bytes],
  );
  await checkSize(file);
  const bitmap = await createImageBitmap(file, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch(() => {
    throw unreadable();
  });
  try {
    return readBack(bitmap);
  } finally {
    bitmap.close();
  }
}

const unreadable = () => new Error('This browser can’t read the file as an image.');

/** By the header, before all pixels are decoded. */
async function checkSize(file: Blob): Promise<void> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(unreadable());
    });
  } finally {
    URL.revokeObjectURL(image.src);
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width * height > mostPixels) throw new Error(`The image has more than ${mostPixels / 1e6} megapixels.`);
}

function readBack(bitmap: ImageBitmap): Pixels {
  const { width, height } = bitmap;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.min(height, Math.max(1, Math.floor(stripBytes / width / 4)));
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.globalCompositeOperation = 'copy';
  const data = new Uint8Array(width * height * 3);
  let transparent = false;
  let to = 0;
  for (let top = 0; top < height; top += canvas.height) {
    context.drawImage(bitmap, 0, -top);
    const rows = Math.min(canvas.height, height - top);
    const { data: strip } = context.getImageData(0, 0, width, rows);
    for (let from = 0; from < strip.length; from += 4) {
      data[to++] = strip[from]!;
      data[to++] = strip[from + 1]!;
      data[to++] = strip[from + 2]!;
      if (strip[from + 3] !== 255) transparent = true;
    }
  }
  return { data, width, height, transparent };
}

/** By a flag of its extended header. */
const isWebPWithExif = (bytes: Uint8Array): boolean =>
  String.fromCharCode(...bytes.subarray(8, 16)) === 'WEBPVP8X' && (bytes[20]! & 8) !== 0;

type Bytes = Uint8Array<ArrayBuffer>;

/** Browsers turn an image by its EXIF orientation, whatever their options say. */
function withoutExifOfJpeg(bytes: Bytes): Bytes[] {
  const exif = [...jpegSegments(bytes)].filter(({ marker }) => marker === 0xe1);
  return without(exif, bytes);
}

function withoutExifOfPng(bytes: Bytes): Bytes[] {
  const view = new DataView(bytes.buffer);
  const exif = [];
  for (let start = 8; start + 12 <= bytes.length; ) {
    const end = start + 12 + view.getUint32(start);
    if (view.getUint32(start + 4) === 0x65584966) exif.push({ start, end }); // eXIf
    start = end;
  }
  return without(exif, bytes);
}

function without(ranges: readonly { start: number; end: number }[], bytes: Bytes): Bytes[] {
  const parts: Bytes[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    parts.push(bytes.subarray(from, start));
    from = end;
  }
  return [...parts, bytes.subarray(from)];
}
