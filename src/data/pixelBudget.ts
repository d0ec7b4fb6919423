// Bounds the memory of decoding: how many pixels the worker threads hold at a time.

import { setImmediate, setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DecodeOptions, decodeImage } from './decode.js';
import { type DecodedImage, pixelLimit, TooManyPixels } from './decodedImage.js';
import { readImageFile } from './imageFile.js';

/** Larger images need a share of the budget. Smaller ones are not counted: decoding them is not slowed down. */
const uncountedPixels = 4e6;

const waitMilliseconds = 5;

/** In shared memory: the pixels of the images that are decoded at the moment. One for all workers. */
export type PixelBudget = Int32Array;

/**
 * Decodes an image and calls `use` with it. Waits while the large images in use together would have more pixels than
 * the largest image that is accepted. `use` must not keep the pixels. Throws UnreadableImage, also for more pixels than
 * `limit`.
 */
export async function withDecoded<T>(
  source: string | Uint8Array,
  { budget, limit = pixelLimit, ...kind }: DecodeOptions & { readonly budget: PixelBudget },
  use: (image: DecodedImage) => T | Promise<T>,
): Promise<T> {
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  const first = await decodeImage(bytes, { ...kind, limit: Math.min(uncountedPixels, limit) }).catch(
    (error: unknown) => {
      if (error instanceof TooManyPixels && error.pixels <= limit) return error.pixels;
      throw error instanceof TooManyPixels ? new TooManyPixels(error.pixels, limit) : error;
    },
  );
  if (typeof first !== 'number') return await use(first);
  // Polled: a worker thread exits while it only waits for Atomics.waitAsync.
  while (!reserve(budget, first)) await setTimeout(waitMilliseconds);
  try {
    return await use(await decodeImage(bytes, kind));
  } finally {
    // Otherwise the pixels stay allocated until the thread's next large image.
    collectGarbage();
    await setImmediate(); // finalizers free the pixels
    Atomics.sub(budget, 0, first);
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function reserve(budget: PixelBudget, pixels: number): boolean {
  const used = Atomics.load(budget, 0);
  return used + pixels <= pixelLimit && Atomics.compareExchange(budget, 0, used, used + pixels) === used;
}
