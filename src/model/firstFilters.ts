// What the first convolution looks for: its kernels as small images.

import type { StateTensor } from './stateDict.js';

/** Images of one size, one behind the other. */
export interface FilterImages {
  readonly count: number;
  /** Height and width in pixels. */
  readonly side: number;
  /** [count, side, side, 3]: red, green, blue. */
  readonly rgb: Uint8Array;
}

/** The parameter that is shown. */
export const firstFiltersName = 'features.0.weight';

/**
 * The kernels of `features.0.weight`, [64, 3, 11, 11], as images in the colours that they look for, each stretched from
 * its least weight, 0, to its greatest, 255: what `torchvision.utils.save_image(weight, file, normalize=True,
 * scale_each=True)` writes. One scale for all would leave the weaker half nearly grey.
 */
export function firstFilters({ shape, data }: StateTensor): FilterImages {
  const [count, channels, side] = shape as [number, number, number, number];
  const pixels = side * side;
  const rgb = new Uint8Array(count * pixels * channels);
  for (let kernel = 0; kernel < count; kernel++) {
    const start = kernel * pixels * channels;
    const weights = data.subarray(start, start + pixels * channels);
    const least = weights.reduce((a, b) => Math.min(a, b));
    const range = Math.max(weights.reduce((a, b) => Math.max(a, b)) - least, 1e-5);
    for (let i = 0; i < weights.length; i++) {
      const to = start + (i % pixels) * channels + Math.floor(i / pixels);
      rgb[to] = Math.floor(((weights[i]! - least) / range) * 255 + 0.5);
    }
  }
  return { count, side, rgb };
}
