// Pillow's bilinear resize, equal to the byte, so that the network's input is the same as with torchvision. Without
// Node's modules: a page uses it too.
// Source: ImagingResampleInner in src/libImaging/Resample.c of Pillow 12.

import { type Axis, createAxis } from './resizeAxis.js';
import { createKernelMemory, type Kernel } from './resizeMemory.js';
import { resizeImage, resizeStrip } from './resizePasses.js';

/** The number of cached weight tables, about 5 kB each for a photo. Most datasets have a few common sizes. */
const maxCachedAxes = 64;

/** The largest image side whose table is cached: 131 kB. */
const maxCachedSize = 16384;

/** A rectangle of an image, in pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes [height, width, 3] bytes to [outHeight, outWidth, 3], as Pillow 12's
 * `image.resize((outWidth, outHeight), Image.Resampling.BILINEAR)` does for an RGB image. With `part`, only
 * that part of the result is computed.
 *
 * Writes the result to `target`, by default a new array, and returns it. Throws UnreadableImage if there is too little
 * memory.
 */
export type Resize = (
  source: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  target?: Uint8Array,
  part?: Part,
) => Uint8Array;

/** Creates a resizer that reuses its tables and its memory. `openKernel`: returns a new instance of the kernel. */
export function resizerOn(openKernel: () => Kernel): Resize {
  const axes = new Map<string, Axis>();
  const axisFor = (inSize: number, outSize: number, from: number, count: number): Axis => {
    const key = `${inSize} ${outSize} ${from} ${count}`;
    const axis = axes.get(key) ?? createAxis(inSize, outSize, from, count);
    if (inSize > maxCachedSize) return axis;
    // Insertion order makes the map an LRU cache.
    axes.delete(key);
    axes.set(key, axis);
    if (axes.size > maxCachedAxes) axes.delete(axes.keys().next().value!);
    return axis;
  };
  const withMemory = createKernelMemory(openKernel);

  return (source, width, height, outWidth, outHeight, given, part) => {
    const whole = { left: 0, top: 0, width: outWidth, height: outHeight };
    const { left, top, width: partWidth, height: partHeight } = part ?? whole;
    const target = given ?? new Uint8Array(partWidth * partHeight * 3);
    if (width === outWidth && height === outHeight && !part) {
      target.set(source.subarray(0, width * height * 3));
      return target;
    }
    // An unchanged axis has weights of 1 and 0, so its pass is the identity.
    const horizontal = axisFor(width, outWidth, left, partWidth);
    const vertical = axisFor(height, outHeight, top, partHeight);
    // Image.resize of PIL/Image.py resizes tall strips vertically first; the order affects the last bit.
    const passes = height > width * 100 && outHeight < height ? resizeStrip : resizeImage;
    passes({ source, width, height, target, horizontal, vertical }, withMemory);
    return target;
  };
}
