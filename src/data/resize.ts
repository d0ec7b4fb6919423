// Pillow's bilinear resize, to the byte: a network that learnt from pictures resized by torchvision sees the same here.
// Source: ImagingResampleInner in src/libImaging/Resample.c of Pillow 12.

import { type Axis, createAxis, precisionBits } from './resizeAxis.js';

const half = 1 << (precisionBits - 1);

/** Most data sets have a few common sizes, whose tables are kept: about 5 kB each for a photo. */
const keptAxes = 64;

/** The tables of longer pictures, which are rare and large, are not kept: 131 kB and more. */
const longestKept = 16384;

/**
 * Resizes [height, width, 3] bytes to [outHeight, outWidth, 3], as Pillow 12's
 * `image.resize((outWidth, outHeight), Image.Resampling.BILINEAR)` does for an RGB image.
 *
 * The result is in `target`, or in new memory; never in the source's.
 */
export type Resize = (
  source: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  target?: Uint8Array,
) => Uint8Array;

/** A resizer that keeps its tables and its scratch memory from picture to picture. One for each thread. */
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
  let scratch = new Uint8Array(0);

  const scratchOf = (length: number): Uint8Array => {
    if (scratch.length < length) scratch = new Uint8Array(length);
    return scratch;
  };

  return (source, width, height, outWidth, outHeight, target = new Uint8Array(outWidth * outHeight * 3)) => {
    if (width === outWidth && height === outHeight) {
      target.set(source.subarray(0, width * height * 3));
    } else if (height === outHeight) {
      resampleRows(source, width, axisFor(width, outWidth), 0, height, target);
    } else if (width === outWidth) {
      resampleColumns(source, width, axisFor(height, outHeight), 0, target);
    } else if (height > width * 100 && outHeight < height) {
      // Strips are shortened first, as in Image.resize of PIL/Image.py: the passes' order shows in the last bit.
      const narrow = scratchOf(width * outHeight * 3);
      resampleColumns(source, width, axisFor(height, outHeight), 0, narrow);
      resampleRows(narrow, width, axisFor(width, outWidth), 0, outHeight, target);
    } else {
      const vertical = axisFor(height, outHeight);
      // Only the rows that the second pass reads.
      const first = vertical.starts[0]!;
      const rows = vertical.starts[outHeight - 1]! + vertical.counts[outHeight - 1]! - first;
      const wide = scratchOf(rows * outWidth * 3);
      resampleRows(source, width, axisFor(width, outWidth), first, rows, wide);
      resampleColumns(wide, outWidth, vertical, first, target);
    }
    return target;
  };
}

/** The horizontal pass over `rows` rows of `source` from `first` on; two rows at a time, to read each weight once. */
function resampleRows(
  source: Uint8Array,
  width: number,
  { starts, counts, weights }: Axis,
  first: number,
  rows: number,
  target: Uint8Array,
): void {
  const outWidth = starts.length;
  for (let y = 0; y < rows; y += 2) {
    const row = (first + y) * width * 3;
    // A last row without a partner is its own.
    const below = y + 1 < rows ? width * 3 : 0;
    const outBelow = y + 1 < rows ? outWidth * 3 : 0;
    let to = y * outWidth * 3;
    let i = 0;
    for (let x = 0; x < outWidth; x++) {
      let red = half;
      let green = half;
      let blue = half;
      let redBelow = half;
      let greenBelow = half;
      let blueBelow = half;
      let from = row + starts[x]! * 3;
      // `| 0` throughout: integer registers, where a plain sum would be checked for overflow.
      for (const end = i + counts[x]!; i < end; i++) {
        const weight = weights[i]!;
        red = (red + Math.imul(source[from]!, weight)) | 0;
        green = (green + Math.imul(source[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(source[from + 2]!, weight)) | 0;
        redBelow = (redBelow + Math.imul(source[from + below]!, weight)) | 0;
        greenBelow = (greenBelow + Math.imul(source[from + below + 1]!, weight)) | 0;
        blueBelow = (blueBelow + Math.imul(source[from + below + 2]!, weight)) | 0;
        from += 3;
      }
      target[to] = red >> precisionBits;
      target[to + 1] = green >> precisionBits;
      target[to + 2] = blue >> precisionBits;
      target[to + outBelow] = redBelow >> precisionBits;
      target[to + outBelow + 1] = greenBelow >> precisionBits;
      target[to + outBelow + 2] = blueBelow >> precisionBits;
      to += 3;
    }
  }
}

/** The vertical pass; `source` begins with row `first` of the picture. */
function resampleColumns(
  source: Uint8Array,
  width: number,
  { starts, counts, weights }: Axis,
  first: number,
  target: Uint8Array,
): void {
  const rowLength = width * 3;
  let to = 0;
  let firstWeight = 0;
  for (let y = 0; y < starts.length; y++) {
    const row = (starts[y]! - first) * rowLength;
    const end = firstWeight + counts[y]!;
    for (let x = 0; x < rowLength; x += 3) {
      let red = half;
      let green = half;
      let blue = half;
      let from = row + x;
      for (let i = firstWeight; i < end; i++) {
        const weight = weights[i]!;
        red = (red + Math.imul(source[from]!, weight)) | 0;
        green = (green + Math.imul(source[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(source[from + 2]!, weight)) | 0;
        from += rowLength;
      }
      target[to] = red >> precisionBits;
      target[to + 1] = green >> precisionBits;
      target[to + 2] = blue >> precisionBits;
      to += 3;
    }
    firstWeight = end;
  }
}
