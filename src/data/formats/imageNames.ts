// The extensions of image files, as in torchvision.

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
