// Pillow's bilinear resize, straightforward and slow: the reference for the kernel.
// Source: precompute_coeffs, ImagingResampleHorizontal_8bpc and ImagingResampleInner in src/libImaging/Resample.c.

interface Image {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function resizeReference(
  data: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
): Uint8Array {
  const image = { data, width, height };
  const strip = height > width * 100 && outHeight < height;
  return (
    strip
      ? resampled(resampled(image, width, outHeight), outWidth, outHeight)
      : resampled(resampled(image, outWidth, height), outWidth, outHeight)
  ).data;
}

/** One pass, along the axis whose size changes. */
function resampled({ data, width, height }: Image, outWidth: number, outHeight: number): Image {
  const across = outWidth !== width;
  const [size, outSize, lines] = across ? [width, outWidth, outHeight] : [height, outHeight, outWidth];
  if (size === outSize) return { data, width, height };
  const out = new Uint8Array(outWidth * outHeight * 3);
  for (let i = 0; i < outSize; i++) {
    const { start, weights } = weightsOf(i, size, outSize);
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 2 ** 21;
        weights.forEach((weight, k) => {
          const [x, y] = across ? [start + k, line] : [line, start + k];
          sum += weight * data[(y * width + x) * 3 + channel]!;
        });
        const [x, y] = across ? [i, line] : [line, i];
        out[(y * outWidth + x) * 3 + channel] = Math.max(0, Math.min(255, Math.floor(sum / 2 ** 22)));
      }
    }
  }
  return { data: out, width: outWidth, height: outHeight };
}

/** The weights of output `i`. */
function weightsOf(i: number, size: number, outSize: number): { start: number; weights: number[] } {
  const scale = size / outSize;
  const support = Math.max(scale, 1);
  const centre = (i + 0.5) * scale;
  const start = Math.max(0, Math.trunc(centre - support + 0.5));
  const end = Math.min(size, Math.trunc(centre + support + 0.5));
  const weights: number[] = [];
  for (let x = start; x < end; x++) {
    weights.push(Math.max(0, 1 - Math.abs((x - centre + 0.5) * (1 / support))));
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { start, weights: weights.map((weight) => Math.trunc(0.5 + (weight / sum) * 2 ** 22)) };
}
