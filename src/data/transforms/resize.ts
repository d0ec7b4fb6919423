// Pillow's bilinear resize, to the byte: a network that learnt from images resized by torchvision sees the same here.
// Source: ImagingResampleInner in src/libImaging/Resample.c of Pillow 12.

import { type Axis, createAxis } from './resizeAxis.js';
import { createKernelMemory } from './resizeMemory.js';
import { resizeImage, resizeStrip } from './resizePasses.js';

/** Most data sets have a few common sizes, whose tables are kept: about 5 kB each for a photo. */
const keptAxes = 64;

/** The tables of longer images, which are rare and large, are not kept: 131 kB and more. */
const longestKept = 16384;

/**
 * Resizes [height, width, 3] bytes to [outHeight, outWidth, 3], as Pillow 12's
 * `image.resize((outWidth, outHeight), Image.Resampling.BILINEAR)` does for an RGB image.
 *
 * The result is in `target`, or in new memory; never in the source's. Throws UnreadableImage where the memory does not
 * suffice.
 */
export type Resize = (
  source: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  target?: Uint8Array,
) => Uint8Array;

/** A resizer that keeps its tables and its memory from image to image. One for each thread. */
export function createResizer(): Resize {
  const axes = new Map<string, Axis>();
  const axisFor = (inSize: number, outSize: number): Axis => {
    const key = `${inSize} ${outSize}`;
    const axis = axes.get(key) ?? createAxis(inSize, outSize);
    if (inSize > longestKept) return axis;
    // Entered again, as the latest: the one that goes is the one that was not used for longest.
    axes.delete(key);
    axes.set(key, axis);
    if (axes.size > keptAxes) axes.delete(axes.keys().next().value!);
    return axis;
  };
  const withMemory = createKernelMemory();

  return (source, width, height, outWidth, outHeight, target = new Uint8Array(outWidth * outHeight * 3)) => {
    if (width === outWidth && height === outHeight) {
      target.set(source.subarray(0, width * height * 3));
      return target;
    }
    // An axis that keeps its size has weights of 1 and 0: its pass changes nothing.
    const axes = { horizontal: axisFor(width, outWidth), vertical: axisFor(height, outHeight) };
    // Strips are shortened first, as in Image.resize of PIL/Image.py: the passes' order shows in the last bit.
    const passes = height > width * 100 && outHeight < height ? resizeStrip : resizeImage;
    passes({ source, width, height, target, ...axes }, withMemory);
    return target;
  };
}
