// The kernels of the first convolution as small images.

import type { StateTensor } from './stateDict.js';

/** Images of the same size in one buffer. */
export interface FilterImages {
  readonly count: number;
  /** Height and width in pixels. */
  readonly side: number;
  /** [count, side, side, 3]: red, green, blue. */
  readonly rgb: Uint8Array;
}

/** The parameter with the kernels. */
export const firstFiltersName = 'features.0.weight';

/**
 * Converts the kernels of `features.0.weight`, [64, 3, 11, 11], to RGB images. Each is scaled from its minimum (0) to
 * its maximum (255), like `torchvision.utils.save_image(weight, file, normalize=True, scale_each=True)`: with a common
 * scale, the weaker half would be nearly grey.
 */
export function firstFilters({ shape, data }: StateTensor): FilterImages {
  const [count, channels, side] = shape as [number, number, number, number];
  const pixels = side * side;
  const rgb = new Uint8Array(count * pixels * channels);
  for (let kernel = 0; kernel < count; kernel++) {
    const start = kernel * pixels * channels;
    const weights = data.subarray(start, start + pixels * channels);
    const min = weights.reduce((a, b) => Math.min(a, b));
    const range = Math.max(weights.reduce((a, b) => Math.max(a, b)) - min, 1e-5);
    for (let i = 0; i < weights.length; i++) {
      const to = start + (i % pixels) * channels + Math.floor(i / pixels);
      rgb[to] = Math.floor(((weights[i]! - min) / range) * 255 + 0.5);
    }
  }
  return { count, side, rgb };
}
