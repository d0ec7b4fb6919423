// Which files are taken for pictures: by the ending of their names, as torchvision does.

/** IMG_EXTENSIONS of torchvision/datasets/folder.py. */
export const pictureExtensions: readonly string[] = [
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
export function isPictureName(name: string): boolean {
  const lower = name.toLowerCase();
  return pictureExtensions.some((extension) => lower.endsWith(extension));
}
