// The extensions of image files, as in torchvision.

import type { ImageFormat } from './imageFormat.js';

/** IMG_EXTENSIONS of torchvision/datasets/folder.py. */
export const imageExtensions: readonly string[] = [
  '.jpg',
  '.jpeg',
  '.png',
  '.ppm',
  '.bmp',
  '.pgm',
  '.tif',
  '.tiff',
  '.webp',
];

/** The usual extensions of each format, the first one for new files. */
export const extensionsOf: Readonly<Record<ImageFormat, readonly [string, ...string[]]>> = {
  jpeg: ['.jpg', '.jpeg'],
  png: ['.png'],
  webp: ['.webp'],
  gif: ['.gif'],
  avif: ['.avif'],
  tiff: ['.tif', '.tiff'],
  bmp: ['.bmp'],
  netpbm: ['.ppm', '.pgm'],
};

/** Ignores case. A name that consists of an extension only counts too. */
export function isImageName(name: string): boolean {
  const lower = name.toLowerCase();
  return imageExtensions.some((extension) => lower.endsWith(extension));
}

/** Other extensions of images, which torchvision does not list: files to rename or convert. */
const otherExtensions: readonly string[] = [
  ...['.jfif', '.jpe', '.pbm', '.gif', '.avif', '.heic', '.heif', '.jp2', '.jxl', '.tga', '.ico', '.psd'],
  ...['.svg', '.dng', '.cr2', '.nef', '.arw'],
];

export const isOtherImageName = (name: string): boolean =>
  otherExtensions.some((extension) => name.toLowerCase().endsWith(extension));
