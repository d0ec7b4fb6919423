// The image loader of a command.

import { availableParallelism } from 'node:os';
import type { Engine } from '../engine/engine.js';
import { ImageLoader } from './imageLoader.js';
import type { Preprocessing } from './transforms/preprocessing.js';

interface LoaderRequest {
  readonly preprocessing: Preprocessing;
  /** Zeros around each image: the padding of the network's first layer. */
  readonly border: number;
  /** The number of images, where it is known: fewer images than workers need fewer workers. */
  readonly images?: number;
  /** Default: all cores, or where decoding runs beside the engine, all but the one that feeds it. */
  readonly workers: number | undefined;
  /** See ImageLoaderOptions. */
  readonly maxPixels?: number | undefined;
}

/** Starts the worker threads. A device that computes while images are decoded gets them as bytes. */
export function openLoader(
  { decodeAhead, normalizedImages }: Pick<Engine, 'decodeAhead' | 'normalizedImages'>,
  { preprocessing, border, images = Number.POSITIVE_INFINITY, workers, maxPixels }: LoaderRequest,
): ImageLoader {
  const cores = availableParallelism();
  const usual = decodeAhead ? Math.max(1, cores - 1) : cores;
  return new ImageLoader({
    preprocessing,
    border,
    workers: Math.min(workers ?? usual, Math.max(1, images)),
    ahead: decodeAhead,
    normalize: decodeAhead
      ? normalizedImages && ((bytes) => normalizedImages(bytes, { ...preprocessing, border }))
      : undefined,
    maxPixels,
  });
}
