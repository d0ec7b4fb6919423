// Which files are taken for images: by the ending of their names, as torchvision does.

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

/** Upper case counts, and so does a name that is nothing but an ending. */
export function isImageName(name: string): boolean {
  const lower = name.toLowerCase();
  return imageExtensions.some((extension) => lower.endsWith(extension));
}
